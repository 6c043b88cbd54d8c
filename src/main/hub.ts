/** `muster hub`: what containers report to, until it is told to stop. */
import { messages } from '../messages/messages.ts';
import { openHub } from '../wire/hub/hub.ts';
import { type Places, wireOptions } from './options.ts';
import { runService } from './service.ts';

export async function hub(places: Places & { log?: string }): Promise<void> {
  const options = wireOptions(places, { level: 'info', destination: places.log ?? 2 });
  await runService(options, 'hub', async () => {
    const { port, settings, close } = await openHub(options);
    const { listen, address } = settings;
    const line = messages().terminal.hub({ listen, address: `${address}` });
    return { line, facts: { port, address }, close };
  });
}
