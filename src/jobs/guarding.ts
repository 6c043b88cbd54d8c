/** What keeps a host's firewall, and how it is asked: a change is in force at once, and for good once it was kept over a new connection. */
import type { Firewall } from '../firewall/firewall.ts';

/** A change that is to be in force. */
export interface FirewallChange {
  /** Its name: asked for again, it is the same change. */
  change: string;
  by: string;
  rules: Firewall;
  /** How long it may stay without being kept, ms. */
  keepWithin: number;
  /** The changes of others that it may overwrite, as `show` gives them. */
  overwrite: readonly string[];
}

/** How a host's firewall stands. */
export interface FirewallStanding {
  /** The change that was kept last. */
  good?: string;
  /** The one that was kept before that. */
  before?: string;
  /** A change that is in force and has to be kept until a time, ms since the epoch. */
  pending?: { id: string; by: string; until: number };
  /** How others changed what is in force. */
  drift: string[];
  /** What could not be done and is tried again. */
  trouble?: string;
  /** What is in force by Muster; null where nothing is. */
  rules: Firewall | null;
  /** Whether nothing of it is in force any more after a restart of the host. */
  fleeting?: boolean;
}

export interface Guarding {
  /** Rejects with `firewall.waiting`, `firewall.drift`, `firewall.refused` or `firewall.trouble`: then nothing changed. */
  apply(change: FirewallChange, signal: AbortSignal): Promise<void>;
  /** Keeps a change, over a new connection: whoever can still come in is not locked out. */
  keep(change: string, signal: AbortSignal): Promise<void>;
  /** Takes a change back; resolves also where it is in force no more. */
  revert(change: string): Promise<void>;
  show(signal: AbortSignal): Promise<FirewallStanding>;
}
