/** The shape of an image's definition, `config/images/NAME.yml`. */
import { z } from 'zod';
import { ARCHITECTURES } from '../image.ts';
import { messages } from '../messages/messages.ts';
import { ImageName } from '../names.ts';
import {
  AptWord,
  Archive,
  Hook,
  ImageFile,
  Login,
  Moment,
  PackageName,
  Packer,
  Script,
  Services,
  Source,
  User,
} from './image-parts.ts';
import { ImageKernelLine } from './machines.ts';

export const IMAGE_FORMATS = ['squashfs', 'tar.xz', 'docker', 'lxd'] as const;
/** The kinds of firmware that a version is tried with before it may be promoted. */
export const IMAGE_GATES = ['bios', 'uefi'] as const;

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
  kernelLine: ImageKernelLine.default('').describe("what is added to the kernel's line"),
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
