/** Which chat platforms there are, as the configuration says; their libraries are loaded only where they are used. */
import type { Platform } from '../bot/platform.ts';
import type { Config } from '../config/config.ts';
import { findSecret } from '../config/secret-text.ts';
import type { Log } from '../log.ts';
import type { Scrubber } from '../secret.ts';

/** The platforms of the configuration, not yet listened to. Rejects with `config.secret`. */
export async function openPlatforms(
  { platforms, folder }: Config,
  parts: { environment: Readonly<Record<string, string | undefined>>; scrubber: Scrubber; log: Log },
): Promise<Platform[]> {
  const { environment, scrubber, log } = parts;
  if (!platforms.telegram) return [];
  const { token: text, apiRoot } = platforms.telegram;
  const token = await findSecret(text, { path: 'platforms.telegram.token', folder, environment });
  scrubber.learn(token);
  const { Telegram } = await import('../bot/telegram/telegram.ts');
  return [new Telegram({ token, apiRoot, log })];
}
