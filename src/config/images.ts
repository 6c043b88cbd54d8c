/** The shape of an image's definition, `config/images/NAME.yml`. */
import { z } from 'zod';
import { ARCHITECTURES } from '../image.ts';
import { messages } from '../messages/messages.ts';
import { ImageName, KeyGroupName, RepositoryPath } from '../names.ts';
import { checked } from './checked.ts';
import { pathProblem } from './delivered.ts';
import { KernelLine, ServiceName } from './machines.ts';

export const IMAGE_FORMATS = ['squashfs', 'tar.xz', 'docker', 'lxd'] as const;
/** The kinds of firmware that a version is tried with before it may be promoted. */
export const IMAGE_GATES = ['bios', 'uefi'] as const;

const NUL = /[\0-\x08\x0b-\x1f\x7f]/;
/** Emptied as an image is packed, or none of its own. */
const FLEETING = /^\/(?:dev|proc|run|sys|tmp|muster-build)(?:\/|$)/;

/** Where packages come from; a password in it would be in the image. */
const Archive = checked((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fine = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return fine && /^[\x21-\x7e]{1,500}$/.test(text) && !/[?#'"\\]/.test(text)
    ? undefined
    : messages().images.config.archive;
});
/** A release or a component, as a line of apt's sources has it. */
const AptWord = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9./_-]{0,80}$/, { error: () => messages().images.config.aptWord })
  .refine((text) => !text.includes('..'), { error: () => messages().images.config.aptWord });
/** What apt reads a name as that ends in a dash is its removal. */
const PackageName = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](?:=[A-Za-z0-9][A-Za-z0-9.+:~-]*)?$/, {
    error: () => messages().images.config.package,
  });
const Account = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user })
  .default('root');
const Login = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user });
const Moment = checked((text) =>
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?$/.test(text) && !Number.isNaN(Date.parse(text))
    ? undefined
    : messages().images.config.moment,
);
const Place = checked((path) =>
  FLEETING.test(path) ? messages().images.config.fleeting : pathProblem(path),
);
const Text = z
  .string()
  .max(1_000_000)
  .refine((text) => !NUL.test(text), { error: () => messages().images.config.text });

/** One of these and no other. */
const exactlyOne =
  (...names: string[]) =>
  (value: object, context: z.RefinementCtx): void => {
    if (names.filter((name) => Object.hasOwn(value, name)).length !== 1)
      context.addIssue({ code: 'custom', message: messages().images.config.oneOf({ names }) });
  };

const Source = z
  .strictObject({
    address: Archive.describe('where it is, like `https://apt.releases.hashicorp.com`'),
    suite: AptWord.optional().describe("its release; the image's by default"),
    components: z.array(AptWord).min(1).max(20).default(['main']),
    key: RepositoryPath.optional().describe(
      'the file of the key that signs it, armoured or not, below `images/`',
    ),
    keyText: Text.optional().describe('the key itself, armoured (`-----BEGIN PGP PUBLIC KEY BLOCK-----`)'),
  })
  .superRefine(exactlyOne('key', 'keyText'));

const ImageFile = z
  .strictObject({
    path: Place.describe('where it is in the image: absolute, without `..`'),
    text: Text.optional().describe('what is in it'),
    from: RepositoryPath.optional().describe('a file below `images/` that it is a copy of'),
    template: RepositoryPath.optional().describe('a Mustache template below `images/`'),
    data: z.record(z.string(), z.unknown()).default({}).describe('what the template is filled with'),
    mode: z
      .string()
      .regex(/^0[0-7]{3,4}$/, { error: () => messages().images.config.mode })
      .default('0644')
      .describe('octal, in quotes'),
    owner: Account,
    group: Account,
  })
  .superRefine(exactlyOne('text', 'from', 'template'));

const User = z.strictObject({
  uid: z.number().int().min(1_000).max(60_000).optional().describe('its number; from 1000 on by default'),
  groups: z
    .array(Login)
    .max(50)
    .default([])
    .describe('groups besides its own; those that are missing are made'),
  shell: checked(pathProblem).default('/bin/bash'),
  keys: z
    .array(KeyGroupName)
    .default([])
    .describe('groups of SSH keys (`keyGroups`) that may log in as that user'),
});

const Services = z.strictObject({
  enable: z.array(ServiceName).max(200).default([]),
  disable: z.array(ServiceName).max(200).default([]),
  mask: z.array(ServiceName).max(200).default([]),
});

const Hook = z
  .strictObject({
    text: Text.optional().describe('a script; with `#!` in its first line, or of sh'),
    from: RepositoryPath.optional().describe('a file below `images/`'),
  })
  .superRefine(exactlyOne('text', 'from'));

/** What a builder that is not ours leaves, by the names of its files in its folder; `packages` are lines of `NAME VERSION`. */
const Outputs = z.strictObject({
  kernel: RepositoryPath.optional(),
  initrd: RepositoryPath.optional(),
  squashfs: RepositoryPath.optional(),
  'tar.xz': RepositoryPath.optional(),
  docker: RepositoryPath.optional(),
  disk: RepositoryPath.optional(),
  packages: RepositoryPath.optional(),
});

const Packer = z.strictObject({
  folder: RepositoryPath.describe('a folder below `images/`, which packer runs in'),
  template: RepositoryPath.describe('the template in it, `*.json` or `*.pkr.hcl`'),
  output: RepositoryPath.default('output').describe(
    'the folder, as seen from there, in which it leaves files',
  ),
  variables: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/, { error: () => messages().images.config.variable }),
      Text,
    )
    .default({}),
  outputs: Outputs.describe('which of its files is which part, like `{disk: debian.qcow2}`'),
});

const Script = z.strictObject({
  folder: RepositoryPath.describe('a folder below `images/`, which it runs in'),
  run: RepositoryPath.describe('the program in it'),
  arguments: z
    .array(Text)
    .max(64)
    .default([])
    .describe('no shell reads them; the folder for files goes before them'),
  outputs: Outputs.default({
    kernel: 'kernel',
    initrd: 'initrd',
    squashfs: 'root.squashfs',
  }).describe('which of its files is which part'),
});

export const ImageDefinition = z.strictObject({
  from: ImageName.optional().describe(
    'another image that this one begins as: its lists come first, and what is said here counts',
  ),
  builder: z.enum(['mmdebstrap', 'packer', 'script']).default('mmdebstrap').describe('what builds it'),
  architecture: z.enum(ARCHITECTURES).default('amd64'),
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/, { error: () => messages().images.config.aptWord })
    .default('bookworm')
    .describe("Debian's release"),
  components: z.array(AptWord).min(1).max(20).default(['main']).describe("components of Debian's archive"),
  mirror: Archive.optional().describe(
    "where Debian's packages come from; as on the host that builds by default. With `snapshot` what `http://snapshot.debian.org/archive` is by default",
  ),
  snapshot: Moment.optional().describe(
    'the packages as they were then, like `2026-11-21T00:00:00Z`: the image is the same whenever it is built',
  ),
  packages: z.array(PackageName).max(5_000).default([]).describe('Debian packages, `NAME` or `NAME=VERSION`'),
  sources: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: () => messages().images.config.sourceName }),
      Source,
    )
    .default({})
    .describe('other archives of packages, by name'),
  documentation: z
    .boolean()
    .default(false)
    .describe('whether manuals, documentation and translations are in it'),
  files: z.array(ImageFile).max(1_000).default([]).describe('files of its own'),
  users: z.record(Login, User).default({}).describe('users, `root` among them, and who may log in as them'),
  services: Services.prefault({}).describe(
    'units of systemd to enable, disable or mask: `{enable: [], disable: [], mask: []}`',
  ),
  hooks: z
    .array(Hook)
    .max(100)
    .default([])
    .describe('scripts that run in it as root at the end of its build'),
  formats: z
    .array(z.enum(IMAGE_FORMATS))
    .min(1)
    .default(['squashfs'])
    .describe(
      '`squashfs`, `tar.xz` (machines boot both), `docker` (for `docker import`), `lxd` (beside the squashfs)',
    ),
  kernelLine: KernelLine.default('').describe("what is added to the kernel's line"),
  gate: z
    .array(z.enum(IMAGE_GATES))
    .default([...IMAGE_GATES])
    .describe(
      'the firmwares with which a version has to boot before it is promoted; `[]` for what no machine boots, like containers',
    ),
  keep: z.number().int().min(1).max(100).default(5).describe('how many versions stay'),
  discovery: z
    .boolean()
    .default(false)
    .describe('whether it is for machines that nobody knows: it tells what is in them'),
  packer: Packer.optional().describe('with `builder: packer`'),
  script: Script.optional().describe('with `builder: script`'),
});
export type ImageDefinition = z.output<typeof ImageDefinition>;
