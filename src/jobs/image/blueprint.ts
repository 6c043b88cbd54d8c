/** What an image is made of, with everything in it: definition, files and keys, as the host that builds it is told. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { IMAGE_FORMATS, IMAGE_GATES } from '../../config/images.ts';
import { ImageKernelLine } from '../../config/machines.ts';
import { ARCHITECTURES } from '../../image.ts';
import { ImageName } from '../../names.ts';
import { canonical } from '../plan.ts';

const Login = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/);
/** Bytes, in base64. */
const Bytes = z.base64();
/** A path below a folder of ours. */
const Below = z
  .string()
  .regex(/^[^/\0\n][^\0\n]*$/)
  .refine((path) => !path.split('/').some((part) => part === '' || part === '.' || part === '..'));

const PlacedFile = z.strictObject({
  /** Absolute, in the image. */
  path: z.string().regex(/^\/[^\0\n]+$/),
  content: Bytes,
  mode: z.number().int().min(0).max(0o7777),
  owner: Login,
  group: Login,
});

/** Files that a builder of the user's brings. */
const Kit = z.strictObject({
  files: z.array(z.strictObject({ path: Below, content: Bytes, executable: z.boolean() })).max(10_000),
  /** What is run: its template or the program. */
  main: Below,
  /** `NAME=VALUE` for packer; arguments for a program. */
  words: z.array(z.string()),
  /** Where it leaves files, as seen from the folder of its own. */
  output: Below,
  outputs: z.record(z.string(), Below),
});

export const Blueprint = z.strictObject({
  image: ImageName,
  builder: z.enum(['mmdebstrap', 'packer', 'script']),
  architecture: z.enum(ARCHITECTURES),
  suite: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  components: z.array(z.string()),
  mirror: z.string().optional(),
  snapshot: z.string().optional(),
  packages: z.array(z.string()),
  /** In deb822, each with its key. */
  sources: z.array(z.string()),
  documentation: z.boolean(),
  files: z.array(PlacedFile),
  users: z.array(
    z.strictObject({
      name: Login,
      uid: z.number().int(),
      groups: z.array(Login),
      shell: z.string().regex(/^\/[^\0\n]*$/),
      /** Lines of `authorized_keys`. */
      keys: z.array(z.string().regex(/^[^\0\n]+$/)),
    }),
  ),
  services: z.strictObject({
    enable: z.array(z.string()),
    disable: z.array(z.string()),
    mask: z.array(z.string()),
  }),
  hooks: z.array(z.strictObject({ name: z.string(), content: Bytes })),
  formats: z.array(z.enum(IMAGE_FORMATS)),
  gate: z.array(z.enum(IMAGE_GATES)),
  kernelLine: ImageKernelLine,
  kit: Kit.optional(),
});
export type Blueprint = z.output<typeof Blueprint>;

/** Names it by all of its content: SHA-256, 64 hexadecimal digits. */
export const digestOf = (blueprint: Blueprint): string =>
  createHash('sha256').update(canonical(blueprint)).digest('hex');

/** Whether machines can boot it: it has a kernel then, and what lets a machine be told what it is. */
export const boots = ({
  builder,
  gate,
  packages,
}: Pick<Blueprint, 'builder' | 'gate' | 'packages'>): boolean =>
  builder === 'mmdebstrap' && (gate.length > 0 || packages.some((name) => name.startsWith('linux-image-')));
