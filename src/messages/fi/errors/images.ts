/** Images of machines. */
import { type Entry, entry } from '../../entry.ts';

export const images = {
  'image.unknown': entry(
    (f) => `levykuvan versiota ${f.version} ei ole`,
    () => '/image list näyttää, mitä on.',
  ),
} satisfies Record<string, Entry>;
