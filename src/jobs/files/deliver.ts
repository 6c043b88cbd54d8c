/** Waits until the containers of an app on a host, which fetch their files from the hub, have them in force. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { configFor } from '../../hubs/config/container.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import { type Beside, defineStep } from '../step.ts';
import { forceOf } from './force.ts';

/** From one look to the next, ms. */
const LOOK_MS = 200;

export const deliverFiles = defineStep({
  name: 'files.deliver',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    app: AppName,
    /** How long it may take, ms. */
    within: z.number().int().positive(),
  }),
  uses: {},
  timeout: '1h',
  title: ({ host, app }) => messages().files.steps.deliver({ host, app }),
  async brief({ host, app, within }, beside) {
    if (beside.direction === 'do') await inForce(app, host, within, beside);
    return undefined;
  },
  run: async () => ({}),
});

async function inForce(
  app: string,
  host: string,
  within: number,
  { files, state, secret, note }: Beside,
): Promise<void> {
  const { notes } = messages().files;
  const deadline = performance.now() + within;
  for (;;) {
    const scene = await files.scene();
    const there = await forceOf(state, { app, host }, Date.now());
    if (there.length === 0) {
      const live = z.object({ current: z.string() }).safeParse(await state.get(`generations/${app}`, host));
      return void note((live.success ? notes.noClient : notes.noTaker)({ app, host }));
    }
    const behind: string[] = [];
    for (const { service, version, refused, ...caller } of there) {
      const wanted = await configFor(scene, { ...caller, service }, secret);
      if (refused?.version === wanted.version)
        throw new MusterError('files.refused', { app, host, service, message: printable(refused.reason) });
      if (wanted.version !== version) behind.push(service);
    }
    const [service] = behind;
    if (service === undefined) {
      for (const one of there) note(notes.took({ app, host, service: one.service }));
      return;
    }
    if (performance.now() >= deadline)
      throw new MusterError('files.away', { app, host, service, time: humanDuration(within) });
    await sleep(LOOK_MS);
  }
}
