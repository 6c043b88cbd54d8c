/** What became of versions that were tried before they may be promoted. State family `images/gates`. */
import { z } from 'zod';
import type { ImageVersion } from '../../image.ts';
import type { LiveState } from '../live-state.ts';
import { GATES } from './candidate.ts';
import type { ImageRecord } from './versions.ts';

/** `VERSION FIRMWARE` -> outcome: a field each, as both may be tried at once. */
const FAMILY = 'images/gates';

export type Gate = (typeof GATES)[number];

/** How a try with one firmware ended. */
export const GateOutcome = z.object({
  outcome: z.enum(['passed', 'failed']),
  /** From power-on to its call home, or until it was given up. */
  ms: z.number(),
  /** When it ended, UTC, ISO 8601, and in which run. */
  at: z.string(),
  run: z.string(),
  /** What was in the way, in words, and the last lines of its console. */
  cause: z.string().optional(),
  console: z.array(z.string()).max(60).default([]),
});
export type GateOutcome = z.output<typeof GateOutcome>;

export type Outcomes = Partial<Record<Gate, GateOutcome>>;

/** Notes how a try ended; a later one counts. Idempotent. */
export const noteGate = (
  state: Pick<LiveState, 'set'>,
  version: ImageVersion,
  firmware: Gate,
  outcome: z.input<typeof GateOutcome>,
): Promise<void> => state.set(FAMILY, field(version, firmware), GateOutcome.parse(outcome));

/** How the tries of a version ended, by firmware; what was not tried is not in it. */
export async function gatesOf(state: Pick<LiveState, 'get'>, version: ImageVersion): Promise<Outcomes> {
  const found = await Promise.all(
    GATES.map(async (firmware) => {
      const { data } = GateOutcome.safeParse(await state.get(FAMILY, field(version, firmware)));
      return data ? [[firmware, data] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}

/** With which firmware a version has still to pass before it may be promoted: it failed, or was not tried. */
export const missingGates = ({ gate }: Pick<ImageRecord, 'gate'>, outcomes: Outcomes): Gate[] =>
  gate.filter((firmware) => outcomes[firmware]?.outcome !== 'passed');

/** Live state's fields of a version's tries, for whoever removes it. */
export const gateFields = (version: ImageVersion): string[] =>
  GATES.map((firmware) => field(version, firmware));
export const GATE_FAMILY = FAMILY;

const field = (version: ImageVersion, firmware: Gate): string => `${version} ${firmware}`;
