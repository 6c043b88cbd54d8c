/** Images of machines. */
import type { imageCommands as English } from '../en/images.ts';
import type { Messages } from '../language.ts';
import { imageBuild, imageBuildCommands, imageConfig } from './image-build.ts';
import { imageGate } from './image-gate.ts';
import { imageVersionCommands, imageVersions } from './image-versions.ts';

export const images: Messages['images'] = {
  config: imageConfig,
  build: imageBuild,
  ...imageVersions,
  ...imageGate,
};

/** What the commands say of themselves. */
export const imageCommands: typeof English = {
  ...imageBuildCommands,
  ...imageVersionCommands,
};
