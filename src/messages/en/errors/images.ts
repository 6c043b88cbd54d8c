/** Images of machines. */
import { type Entry, entry } from '../../entry.ts';

export const images = {
  'image.unknown': entry(
    (f) => `there is no version ${f.version} of an image`,
    () => '/image list shows what there is.',
  ),
} satisfies Record<string, Entry>;
