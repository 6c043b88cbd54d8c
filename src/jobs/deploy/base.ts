/** Whether an app's images stand on a base image that Muster built, and what a host demands of that. */
import { z } from 'zod';
import type { Docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { BASE_IMAGE, knownBases, standsOn } from '../bases.ts';
import type { Beside, Report } from '../step.ts';
import type { Generation } from './generations.ts';

/** What Muster knows of base images, and what the host demands. */
export const BasePolicy = z.strictObject({
  required: z.boolean(),
  /** The layers of each base image on record. */
  known: z.array(z.array(z.string())),
});
export type BasePolicy = z.infer<typeof BasePolicy>;

/** What is known now, for a step on a host. */
export async function basePolicy(
  host: string,
  { state, config }: Pick<Beside, 'state' | 'config'>,
): Promise<BasePolicy> {
  const settings = Object.hasOwn(config.hosts, host) ? config.hosts[host] : undefined;
  return { required: settings?.baseImage === 'required', known: await knownBases(state) };
}

/**
 * Looks at the layers of a generation's images. Rejects with `image.base` where the host demands the base image and one does not
 * stand on it; tells where one stands on an older base than the host has now.
 */
export async function checkBase(
  engine: Pick<Docker, 'image'>,
  { app, services }: Pick<Generation, 'app' | 'services'>,
  { required, known }: BasePolicy,
  { host, report }: { host: string; report: Pick<Report, 'note'> },
): Promise<void> {
  if (!required && known.length === 0) return;
  const now = (await engine.image(`${BASE_IMAGE}:latest`))?.layers ?? [];
  const strangers: string[] = [];
  const old: string[] = [];
  for (const { name, image } of services) {
    const layers = (await engine.image(image))?.layers ?? [];
    if (!known.some((base) => standsOn(layers, base))) strangers.push(name);
    else if (!standsOn(layers, now)) old.push(name);
  }
  if (required && strangers.length > 0)
    throw new MusterError('image.base', { app, host, services: strangers.join(', '), base: BASE_IMAGE });
  if (old.length > 0)
    report.note(messages().jobs.notes.oldBase({ app, host, services: old, base: BASE_IMAGE }));
}
