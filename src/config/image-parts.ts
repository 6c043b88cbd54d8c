/** The shapes of what a definition of an image consists of. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { KeyGroupName, RepositoryPath } from '../names.ts';
import { checked } from './checked.ts';
import { pathProblem } from './delivered.ts';
import { ServiceName } from './machines.ts';

const NUL = /[\0-\x08\x0b-\x1f\x7f]/;
/** Emptied as an image is packed, or none of its own. */
const FLEETING = /^\/(?:dev|proc|run|sys|tmp|muster-build)(?:\/|$)/;

/** Where packages come from; a password in it would be in the image. */
export const Archive = checked((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const fine = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return fine && /^[\x21-\x7e]{1,500}$/.test(text) && !/[?#'"\\]/.test(text)
    ? undefined
    : messages().images.config.archive;
});
/** A release or a component, as a line of apt's sources has it. */
export const AptWord = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9./_-]{0,80}$/, { error: () => messages().images.config.aptWord })
  .refine((text) => !text.includes('..'), { error: () => messages().images.config.aptWord });
/** What apt reads a name as that ends in a dash is its removal. */
export const PackageName = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9+.-]*[a-z0-9+.](?:=[A-Za-z0-9][A-Za-z0-9.+:~-]*)?$/, {
    error: () => messages().images.config.package,
  });
const Account = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user })
  .default('root');
/** A user's name. */
export const Login = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user });
/** A day, or a moment of one, UTC: `2026-11-21T00:00:00Z`. */
export const Moment = checked((text) =>
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

/** Of a public key of OpenPGP (version 4), with or without spaces. */
const Fingerprint = z.string().regex(/^(?:[0-9A-Fa-f]{4} {0,2}){9}[0-9A-Fa-f]{4}$/, {
  error: () => messages().images.config.fingerprint,
});

/** An archive of packages besides Debian's, and the key that signs it. */
export const Source = z
  .strictObject({
    address: Archive.describe('where it is, like `https://apt.releases.hashicorp.com`'),
    suite: AptWord.optional().describe("its release; the image's by default"),
    components: z.array(AptWord).min(1).max(20).default(['main']),
    key: RepositoryPath.optional().describe(
      'the file of the key that signs it, armoured or not, below `images/`',
    ),
    fingerprint: Fingerprint.optional().describe(
      "that key's fingerprint, as its owner publishes it: no other key is taken, and its file may still be missing until something is built",
    ),
    keyText: Text.optional().describe('the key itself, armoured (`-----BEGIN PGP PUBLIC KEY BLOCK-----`)'),
  })
  .superRefine(exactlyOne('key', 'keyText'));

/** A file of an image, out of a text, another file, or a template. */
export const ImageFile = z
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

/** A user of an image, and who may log in as that user. */
export const User = z.strictObject({
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

/** What becomes of units of systemd. */
export const Services = z.strictObject({
  enable: z.array(ServiceName).max(200).default([]),
  disable: z.array(ServiceName).max(200).default([]),
  mask: z.array(ServiceName).max(200).default([]),
});

/** A script that runs in an image as it is built. */
export const Hook = z
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

/** What packer builds an image of. */
export const Packer = z.strictObject({
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

/** What a program of the user's builds an image of. */
export const Script = z.strictObject({
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
