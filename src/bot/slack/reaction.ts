/** How what a person asked for stands, as a reaction of Slack. */
import type { Limits, Standing } from '../platform.ts';

/** A change takes a reaction away, which 20 calls a minute may do (tier 2), over all channels. */
export const REACTION_LIMITS: Limits = { chat: () => [], overall: [{ count: 20, ms: 60_000 }] };

/** The names of the emoji. */
export const EMOJI: Record<Exclude<Standing, 'none'>, string> = {
  received: 'eyes',
  asked: 'raised_hand',
  working: 'hourglass_flowing_sand',
  done: 'white_check_mark',
  failed: 'x',
};

/** Swallows a refusal that means that all is well already. */
export const harmless =
  (code: string) =>
  (thrown: unknown): void => {
    if ((thrown as { data?: { error?: string } }).data?.error !== code) throw thrown;
  };
