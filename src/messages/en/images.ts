/** Images of machines. */
import { imageBuild, imageBuildCommands, imageConfig } from './image-build.ts';

export const images = {
  config: imageConfig,
  build: imageBuild,
};

/** What the commands say of themselves. */
export const imageCommands = {
  ...imageBuildCommands,
};
