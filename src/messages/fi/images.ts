/** Images of machines. */
import type { imageCommands as English } from '../en/images.ts';
import type { Messages } from '../language.ts';

export const images: Messages['images'] = {};

/** What the commands say of themselves. */
export const imageCommands: typeof English = {};
