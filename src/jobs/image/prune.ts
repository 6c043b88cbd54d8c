/** Removes versions of an image beyond those that stay, and the blobs that only they had. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, ImageName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { retire } from './retire.ts';
import { shelfOn } from './shelf.ts';

export const pruneImage = defineStep({
  name: 'image.prune',
  input: z.strictObject({
    /** The host that machines boot from. */
    host: HostName,
    image: ImageName,
    /** How many of the newest versions stay. */
    keep: z.number().int().nonnegative(),
    /** Those that are to go. */
    versions: z.array(ImageVersion),
  }),
  uses: {},
  timeout: '10m',
  title: ({ image, keep }) => messages().images.steps.prune({ image, count: keep }),
  run: () => Promise.reject(new MusterError('internal', { message: 'image.prune' })),
  async here({ host, image, keep, versions: only }, context) {
    const versions = await retire({ image, keep, only, shelf: await shelfOn(host, context) }, context);
    if (versions.length === 0) context.report.note(messages().images.notes.nothingRemoved);
    return { versions };
  },
});
