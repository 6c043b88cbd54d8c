/** What people set of a machine in a chat: `image=debian-live`, `labels=canary,rack-2`. Pure. */
import { Machine } from '../../config/machines.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';

/** What can be set, by the word for it; lists are given with commas. */
const SETTINGS: Readonly<
  Record<string, { field: keyof Machine; list?: true; alias?: true; read?: (text: string) => unknown }>
> = {
  image: { field: 'image' },
  profile: { field: 'profile' },
  labels: { field: 'labels', list: true },
  label: { field: 'labels', list: true, alias: true },
  mac: { field: 'mac', list: true },
  uuid: { field: 'uuid' },
  serial: { field: 'serial' },
  kernel: { field: 'kernelLine' },
  address: { field: 'address' },
  router: { field: 'router' },
  dns: { field: 'dns', list: true },
  power: { field: 'power', read: powerOf },
};
/** What of `power` can be said in a chat: what needs a password, or runs a program, stands in a file. */
const LIBVIRT = /^libvirt:(.+)$/;

/** What is told of where somebody asks for something else. */
const NAMES = Object.keys(SETTINGS).filter((name) => !SETTINGS[name]?.alias);

/** The machine with these; an empty value takes what was said away. Rejects with `machine.setting`. */
export function withSettings(machine: Machine, words: readonly string[]): Machine {
  const raw: Record<string, unknown> = { ...machine };
  const typed = new Map<PropertyKey, string>();
  for (const text of gathered(words)) {
    const at = text.indexOf('=');
    const [key, value] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    const setting = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined;
    if (at < 0 || !setting) {
      const message = messages().machines.config.settings({ names: NAMES });
      throw new MusterError('machine.setting', { text, message });
    }
    const { field, list, read } = setting;
    typed.set(field, text);
    if (value === '') delete raw[field];
    else if (read) raw[field] = read(value);
    else raw[field] = list ? value.split(',').filter((one) => one !== '') : value;
  }
  const { data, error } = Machine.safeParse(raw);
  if (data) return data;
  const [issue] = error.issues;
  throw new MusterError('machine.setting', {
    text: typed.get(issue?.path[0] ?? '') ?? words.join(' '),
    message: issue?.message ?? '',
  });
}

/** The hosts whose libvirt is to switch a machine, by such words: who sets that has to be allowed to there. */
export const switchedBy = (words: readonly string[]): string[] =>
  words.flatMap((word) => LIBVIRT.exec(word.replace(/^power=/, ''))?.[1] ?? []);

function powerOf(text: string): unknown {
  const on = LIBVIRT.exec(text)?.[1];
  if (on !== undefined) return { kind: 'libvirt', on };
  if (text === 'wake') return { kind: 'wake' };
  const message = messages().machines.config.powerWord;
  throw new MusterError('machine.setting', { text: `power=${text}`, message });
}

/** Words with `=` in them; those without belong to the one before: its list was taken apart at its commas. */
function gathered(words: readonly string[]): string[] {
  const whole: string[] = [];
  for (const word of words) {
    const last = whole.length - 1;
    if (word.includes('=') || last < 0) whole.push(word);
    else whole[last] += `,${word}`;
  }
  return whole;
}
