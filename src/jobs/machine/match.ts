/** Which machine asks: by its MAC address, its UUID or its serial number. Pure. */
import type { Asking } from '../../boot.ts';
import type { Known } from './record.ts';

/** By what a machine was known. */
export type Mark = 'mac' | 'uuid' | 'serial';

export type Match =
  | { kind: 'one'; known: Known; by: Mark; value: string }
  /** Two have it, or what it says of itself is of two. */
  | { kind: 'twice'; value: string; names: string[] }
  | { kind: 'none' };

/** What firmware says where its maker wrote nothing: no machine is known by it. */
const NOTHING =
  /^(?:|0+|(?:0{8}|f{8})-(?:0{4}-){3}0{12}|f{8}-(?:f{4}-){3}f{12}|none|n\/a|unknown|default string|not specified|to be filled by o\.e\.m\.|system serial number|0123456789)$/i;

/** The machine of whoever asks: what it says of itself has to be of one machine, not of two. */
export function matched(
  { mac, uuid, serial }: Pick<Asking, 'mac' | 'uuid' | 'serial'>,
  known: readonly Known[],
): Match {
  const own = meant(uuid)?.toLowerCase();
  const number = meant(serial);
  const found = [
    { by: 'mac', value: mac, those: known.filter(({ machine }) => machine.mac.includes(mac)) },
    { by: 'uuid', value: own, those: known.filter(({ machine }) => own && machine.uuid === own) },
    {
      by: 'serial',
      value: number,
      those: known.filter(({ machine }) => number && machine.serial === number),
    },
  ] as const;
  for (const { value, those } of found)
    if (those.length > 1) return { kind: 'twice', value: value ?? '', names: those.map(({ name }) => name) };
  const hits = found.filter(({ those }) => those.length === 1);
  const names = [...new Set(hits.map(({ those }) => those[0]!.name))];
  if (names.length > 1) return { kind: 'twice', value: hits.map(({ value }) => value).join(', '), names };
  const [hit] = hits;
  if (!hit) return { kind: 'none' };
  return { kind: 'one', known: hit.those[0]!, by: hit.by, value: hit.value ?? '' };
}

const meant = (text: string | undefined): string | undefined => {
  const said = text?.trim() ?? '';
  return NOTHING.test(said) ? undefined : said;
};
