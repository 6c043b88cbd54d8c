/** Images of machines. */
import { imageBuild, imageBuildCommands, imageConfig } from './image-build.ts';
import { imageVersionCommands, imageVersions } from './image-versions.ts';

export const images = {
  config: imageConfig,
  build: imageBuild,
  ...imageVersions,
};

/** What the commands say of themselves. */
export const imageCommands = {
  ...imageBuildCommands,
  ...imageVersionCommands,
};
