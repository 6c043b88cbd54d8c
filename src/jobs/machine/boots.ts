/** The boots of all machines, in memory where they change and in live state where they are kept: families `boots` (the last of each machine) and `boots.past`. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';
import { type BootEvent, fold } from './fold.ts';
import { KeptBoot } from './kept-boot.ts';

const NOW = 'boots';
const PAST = 'boots.past';
/** How many boots of a machine are remembered besides the last. */
const KEEP = 20;

const Past = z.array(z.unknown());
const readable = (value: unknown): KeptBoot[] => {
  const { data } = KeptBoot.safeParse(value);
  return data ? [data] : [];
};

/** The boots of a machine, the newest first, for whoever only reads. */
export async function bootsOf(state: Pick<LiveState, 'get'>, machine: string): Promise<KeptBoot[]> {
  const [now, past] = await Promise.all([state.get(NOW, machine), state.get(PAST, machine)]);
  const earlier = (Past.safeParse(past).data ?? []).flatMap(readable);
  const [last] = readable(now);
  // A boot is among the past ones before it is replaced.
  return last ? [last, ...earlier.filter(({ token }) => token !== last.token)] : earlier;
}

/** The last boot of each machine, for whoever only reads. */
export async function lastBoots(state: Pick<LiveState, 'all'>): Promise<Record<string, KeptBoot>> {
  const all = Object.entries(await state.all(NOW));
  return Object.fromEntries(
    all.flatMap(([machine, value]) => readable(value).map((boot) => [machine, boot])),
  );
}

/** Forgets the boots of a machine that is gone. */
export async function forgetBoots(state: LiveState, machine: string): Promise<void> {
  await state.remove(PAST, machine);
  await state.remove(NOW, machine);
}

/** All boots, for the one process that changes them. */
export class Boots {
  readonly #state: LiveState;
  readonly #now = new Map<string, KeptBoot>();
  readonly #past = new Map<string, KeptBoot[]>();
  readonly #tokens = new Map<string, string>();
  /** Machines of which something is not kept yet; `past` where that is so of earlier boots, too. */
  readonly #unkept = new Map<string, 'now' | 'past'>();
  readonly #keeping = new Map<string, Promise<void>>();

  constructor(state: LiveState) {
    this.#state = state;
  }

  /** Reads what is kept: boots go on where the process before left them. */
  async load(): Promise<void> {
    const [now, past] = await Promise.all([this.#state.all(NOW), this.#state.all(PAST)]);
    for (const [machine, value] of Object.entries(past))
      this.#past.set(machine, (Past.safeParse(value).data ?? []).flatMap(readable));
    for (const [machine, value] of Object.entries(now))
      for (const boot of readable(value)) {
        this.#now.set(machine, boot);
        this.#tokens.set(boot.token, machine);
        this.#past.set(
          machine,
          this.#earlier(machine).filter(({ token }) => token !== boot.token),
        );
      }
  }

  /** The last boot of a machine. */
  now(machine: string): KeptBoot | undefined {
    return this.#now.get(machine);
  }

  /** All its boots, the newest first. */
  all(machine: string): KeptBoot[] {
    const now = this.#now.get(machine);
    return now ? [now, ...this.#earlier(machine)] : this.#earlier(machine);
  }

  /** The last boots of all machines. */
  last(): KeptBoot[] {
    return [...this.#now.values()];
  }

  /** The boot of a token, as long as it is its machine's last. */
  ofToken(token: string): KeptBoot | undefined {
    const machine = this.#tokens.get(token);
    return machine === undefined ? undefined : this.#now.get(machine);
  }

  /** A new boot; the one before is among the past ones from now on. */
  begin(boot: KeptBoot): void {
    const { machine } = boot;
    const before = this.#now.get(machine);
    if (before) {
      this.#past.set(machine, [before, ...this.#earlier(machine)].slice(0, KEEP));
      this.#tokens.delete(before.token);
    }
    this.#now.set(machine, boot);
    this.#tokens.set(boot.token, machine);
    this.#unkept.set(machine, before ? 'past' : (this.#unkept.get(machine) ?? 'now'));
  }

  /** Applies an event to the last boot of a machine; gives the boot as it is then, and whether anything changed. */
  apply(machine: string, event: BootEvent): { boot?: KeptBoot; before?: KeptBoot } {
    const before = this.#now.get(machine);
    if (!before) return {};
    const boot = fold(before, event);
    if (boot !== before) {
      this.#now.set(machine, boot);
      this.#unkept.set(machine, this.#unkept.get(machine) ?? 'now');
    }
    return { boot, before };
  }

  /** Forgets the last boot of a machine: it was none. */
  drop(machine: string): void {
    const boot = this.#now.get(machine);
    if (!boot) return;
    this.#tokens.delete(boot.token);
    const [last, ...earlier] = this.#earlier(machine);
    if (last) this.#now.set(machine, last);
    else this.#now.delete(machine);
    this.#past.set(machine, earlier);
    this.#unkept.set(machine, 'past');
  }

  /** Forgets a machine of which nothing is kept any more, as `forgetBoots` of another process left it: one of its name later is another one. */
  async release(machine: string): Promise<boolean> {
    const kept = await this.#state.get(NOW, machine);
    // It may have begun to boot meanwhile.
    if (kept !== undefined || this.#unkept.has(machine) || this.#keeping.has(machine)) return false;
    const boot = this.#now.get(machine);
    if (boot) this.#tokens.delete(boot.token);
    this.#now.delete(machine);
    this.#past.delete(machine);
    return true;
  }

  /** Resolves once all that is known of a machine by now is kept; rejects where that cannot be. */
  async keep(machine: string): Promise<void> {
    while (this.#unkept.has(machine)) {
      const keeping = this.#keeping.get(machine) ?? this.#write(machine);
      this.#keeping.set(machine, keeping);
      await keeping.finally(() => this.#keeping.delete(machine));
    }
    await this.#keeping.get(machine);
  }

  /** The machines of which something is not kept. */
  unkept(): string[] {
    return [...this.#unkept.keys()];
  }

  async #write(machine: string): Promise<void> {
    const what = this.#unkept.get(machine);
    this.#unkept.delete(machine);
    const now = this.#now.get(machine);
    try {
      // The past one first: cut off in between, the boot is there twice, which whoever reads it sees.
      if (what === 'past') await this.#state.set(PAST, machine, this.#earlier(machine));
      if (now) await this.#state.set(NOW, machine, now);
      else await this.#state.remove(NOW, machine);
    } catch (thrown) {
      this.#unkept.set(machine, what === 'past' ? 'past' : (this.#unkept.get(machine) ?? 'now'));
      throw thrown;
    }
  }

  #earlier(machine: string): KeptBoot[] {
    return this.#past.get(machine) ?? [];
  }
}
