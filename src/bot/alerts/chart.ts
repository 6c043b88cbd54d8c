/** The course of something as a picture: as high as it was healthy, green, amber or red. */
import { encode } from 'fast-png';
import type { Attachment } from '../outbox/attachment.ts';

/** Pixels. */
const WIDTH = 576;
const HEIGHT = 96;
const PAPER = [255, 255, 255] as const;
const LINE = [225, 228, 232] as const;
const GREEN = [46, 160, 67] as const;
const AMBER = [219, 155, 12] as const;
const RED = [207, 34, 46] as const;

/** The percentages of a course, oldest first, as a PNG; a value below 0 leaves its place empty. */
export function drawChart(values: readonly number[]): Buffer {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  const paint = (x: number, y: number, colour: readonly number[]) => data.set(colour, 3 * (y * WIDTH + x));
  for (let x = 0; x < WIDTH; x += 1) {
    const value = values[Math.min(values.length - 1, Math.floor((x / WIDTH) * values.length))] ?? -1;
    const share = Math.min(100, value) / 100;
    // What is wholly down is seen, too.
    const top = value < 0 ? HEIGHT : Math.min(HEIGHT - 4, Math.round((1 - share) * (HEIGHT - 1)));
    const colour = value >= 100 ? GREEN : value >= 50 ? AMBER : RED;
    for (let y = 0; y < HEIGHT; y += 1)
      paint(x, y, y >= top ? colour : y % ((HEIGHT - 1) / 5) === 0 ? LINE : PAPER);
  }
  return Buffer.from(encode({ width: WIDTH, height: HEIGHT, data, channels: 3, depth: 8 }));
}

/** A course as what comes with a message. */
export const chartFile = (name: string, values: readonly number[]): Attachment => ({
  name: `${name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}.png`,
  text: drawChart(values).toString('base64'),
  picture: true,
});
