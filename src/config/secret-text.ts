/** Secrets where the configuration says they are. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { Secret } from '../secret.ts';

/** The secret that `text` names (`env:NAME`, `file:PATH`) or is. Rejects with `config.secret`; `path` says where in the configuration. */
export async function findSecret(
  text: string,
  from: { path: string; folder: string; environment: Readonly<Record<string, string | undefined>> },
): Promise<Secret> {
  const [, kind, name = ''] = /^(env|file):(.*)$/s.exec(text) ?? [];
  if (kind === undefined) return new Secret(text);
  const words = messages().config.secrets;
  const fail = (message: string) => new MusterError('config.secret', { path: from.path, message });
  if (kind === 'env') {
    const value = from.environment[name];
    if (!value) throw fail(words.noVariable({ name }));
    return new Secret(value);
  }
  const file = resolve(from.folder, name);
  const value = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw fail(words.unreadable({ file, code: `${error.code}` }));
  });
  if (value.trim() === '') throw fail(words.empty({ file }));
  return new Secret(value.trim());
}
