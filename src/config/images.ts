/** The shape of an image's definition, `config/images/NAME.yml`. */
import { z } from 'zod';
import { ARCHITECTURES } from '../image.ts';
import { ImageName } from '../names.ts';
import { KernelLine } from './machines.ts';

export const IMAGE_FORMATS = ['squashfs', 'tar.xz', 'docker', 'lxd'] as const;

export const ImageDefinition = z.strictObject({
  from: ImageName.optional().describe(
    'another image that this one begins as: its lists come first, and what is said here counts',
  ),
  builder: z.enum(['mmdebstrap', 'packer', 'script']).default('mmdebstrap').describe('what builds it'),
  architecture: z.enum(ARCHITECTURES).default('amd64'),
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,40}$/)
    .default('bookworm')
    .describe("Debian's release"),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9+.-]{1,127}$/))
    .default([])
    .describe('Debian packages'),
  formats: z.array(z.enum(IMAGE_FORMATS)).min(1).default(['squashfs']),
  kernelLine: KernelLine.default('').describe("what is added to the kernel's line"),
  discovery: z
    .boolean()
    .default(false)
    .describe('whether it is for machines that nobody knows: it tells what is in them'),
});
export type ImageDefinition = z.output<typeof ImageDefinition>;
