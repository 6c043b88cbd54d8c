/** `muster boot`: what machines boot from, until it is told to stop. */
import { messages } from '../messages/messages.ts';
import { openBootService } from '../wire/boot/boot.ts';
import { type Places, wireOptions } from './options.ts';
import { runService } from './service.ts';

export async function boot(places: Places & { log?: string }): Promise<void> {
  const options = wireOptions(places, { level: 'info', destination: places.log ?? 2 });
  await runService(options, 'boot', async () => {
    const { address, port, close } = await openBootService(options);
    return { line: messages().boot.up({ address, port }), facts: { address, port }, close };
  });
}
