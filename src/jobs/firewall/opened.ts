/** What was opened on hosts in chats. A line says what it adds and takes away; what that comes to is known when its turn has come. */
import { z } from 'zod';
import { Rule } from '../../firewall/firewall.ts';
import type { LiveState } from '../step.ts';

/** The family of live state that holds it: host -> rules. */
export const OPENED = 'firewall';

/** What a line opens, and what it closes by its id. */
export const Opening = z.strictObject({
  opens: z.array(Rule).default([]),
  closes: z.array(z.string()).default([]),
});
export type Opening = z.output<typeof Opening>;

/** What is opened on a host now. */
export const openedOn = async (state: Pick<LiveState, 'get'>, host: string): Promise<Rule[]> =>
  z.array(Rule).parse((await state.get(OPENED, host)) ?? []);

/** What is opened after a line, with what others opened meanwhile. */
export function afterOpening(opened: readonly Rule[], { opens, closes }: Opening): Rule[] {
  const gone = new Set([...closes, ...opens.map(({ id }) => id)]);
  return [...opened.filter(({ id }) => !gone.has(id)), ...opens];
}

/** Notes what a line opened and closed. */
export async function noteOpening(state: LiveState, host: string, opening: Opening): Promise<void> {
  await state.set(OPENED, host, afterOpening(await openedOn(state, host), opening));
}
