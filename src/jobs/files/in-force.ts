/** Waits until the containers of an app on a host, which fetch their files from the hub, have them in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { configFor } from '../../hubs/config/container.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import type { Beside } from '../step.ts';
import { forceOf } from './force.ts';

/** From one look to the next, ms. */
const LOOK_MS = 200;

const Live = z.object({ current: z.string() });

/**
 * Tells which services have them; waits `within` ms at most. Rejects with `files.away`, with `files.refused` where a container cannot
 * take them over, and with the reason of the signal.
 */
export async function inForce(
  { app, host }: { app: string; host: string },
  within: number,
  { files, state, secret, note, signal }: Pick<Beside, 'files' | 'state' | 'secret' | 'note' | 'signal'>,
): Promise<void> {
  const { notes } = messages().files;
  const deadline = performance.now() + within;
  for (;;) {
    signal.throwIfAborted();
    const scene = await files.scene();
    const live = Live.safeParse(await state.get(`generations/${app}`, host)).data?.current;
    // Containers of the generation before have ended, and are noted for a while.
    const there = (await forceOf(state, { app, host }, Date.now())).filter(
      ({ generation }) => live === undefined || generation === live,
    );
    if (there.length === 0)
      return void note((live === undefined ? notes.noTaker : notes.noClient)({ app, host }));
    const behind: string[] = [];
    for (const { service, version, refused } of there) {
      const wanted = await configFor(scene, { app, host, service }, secret);
      if (refused?.version === wanted.version)
        throw new MusterError('files.refused', { app, host, service, message: printable(refused.reason) });
      if (wanted.version !== version) behind.push(service);
    }
    const [service] = behind;
    if (service === undefined) {
      for (const one of new Set(there.map((taker) => taker.service)))
        note(notes.took({ app, host, service: one }));
      return;
    }
    if (performance.now() >= deadline)
      throw new MusterError('files.away', { app, host, service, time: humanDuration(within) });
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
