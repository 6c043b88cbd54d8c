/** Which chat platforms there are, as the configuration says; their libraries are loaded only where they are used. */
import type { Platform } from '../bot/platform.ts';
import type { Config } from '../config/config.ts';
import { findSecret } from '../config/secret-text.ts';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Scrubber, Secret } from '../secret.ts';

export interface PlatformParts {
  environment: Readonly<Record<string, string | undefined>>;
  scrubber: Scrubber;
  log: Log;
  /** The names of all commands. */
  commands: readonly string[];
}

/** The platforms of the configuration, not yet listened to. Rejects with `config.secret` and `config.letters`. */
export async function openPlatforms(config: Config, parts: PlatformParts): Promise<Platform[]> {
  const open = [openTelegram(config, parts), openSlack(config, parts)];
  return (await Promise.all(open)).filter((platform) => platform !== undefined);
}

async function openTelegram(config: Config, parts: PlatformParts): Promise<Platform | undefined> {
  const settings = config.platforms.telegram;
  if (!settings) return undefined;
  const token = await secretOf(settings.token, 'telegram.token', config, parts);
  const { mode, url, port, apiRoot, reactions } = settings;
  const secret =
    settings.secret === undefined
      ? undefined
      : await secretOf(settings.secret, 'telegram.secret', config, parts);
  if (secret && !/^[\w-]{1,256}$/.test(secret.reveal()))
    throw new MusterError('config.letters', { path: 'platforms.telegram.secret', platform: 'Telegram' });
  const webhook = mode === 'webhook' && url !== undefined ? { url, port, secret } : undefined;
  const { Telegram } = await import('../bot/telegram/telegram.ts');
  return new Telegram({ token, apiRoot, webhook, reactions, log: parts.log });
}

async function openSlack(config: Config, parts: PlatformParts): Promise<Platform | undefined> {
  const settings = config.platforms.slack;
  if (!settings) return undefined;
  const { appToken, signingSecret, port, apiUrl, reactions } = settings;
  const botToken = await secretOf(settings.botToken, 'slack.botToken', config, parts);
  const way =
    appToken === undefined
      ? { signingSecret: await secretOf(signingSecret as string, 'slack.signingSecret', config, parts), port }
      : { appToken: await secretOf(appToken, 'slack.appToken', config, parts) };
  const { Slack } = await import('../bot/slack/slack.ts');
  return new Slack({ botToken, way, apiUrl, reactions, commands: parts.commands, log: parts.log });
}

/** A secret of the configuration, which from then on is seen nowhere. */
async function secretOf(
  text: string,
  path: string,
  { folder }: Config,
  { environment, scrubber }: PlatformParts,
): Promise<Secret> {
  const secret = await findSecret(text, { path: `platforms.${path}`, folder, environment });
  scrubber.learn(secret);
  return secret;
}
