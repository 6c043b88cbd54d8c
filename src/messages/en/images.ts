/** Images of machines. */
import { imageBuild, imageBuildCommands, imageConfig } from './image-build.ts';
import { imageGate } from './image-gate.ts';
import { imageVersionCommands, imageVersions } from './image-versions.ts';

export const images = {
  config: imageConfig,
  build: imageBuild,
  ...imageVersions,
  ...imageGate,
};

/** What the commands say of themselves. */
export const imageCommands = {
  ...imageBuildCommands,
  ...imageVersionCommands,
};
