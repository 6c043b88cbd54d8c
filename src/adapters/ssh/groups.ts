/** Ends process groups on the host; those that are to end at the same moment share one session. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Survivor } from '../../shell.ts';
import { endGroupsArgv, readSurvivors } from './scripts.ts';

export class Groups {
  readonly #run: (argv: readonly string[]) => Promise<string>;
  #next: { groups: number[]; survivors: Promise<(Survivor & { group: number })[]> } | undefined;

  /** `run` runs a program on the host and gives what it printed. */
  constructor(run: (argv: readonly string[]) => Promise<string>) {
    this.#run = run;
  }

  /** SIGTERM, after two seconds SIGKILL; resolves when no member lives, or with those that outlive SIGKILL by five seconds. */
  async end(group: number): Promise<Survivor[]> {
    this.#next ??= this.#batch();
    this.#next.groups.push(group);
    const survivors = await this.#next.survivors;
    return survivors.filter((one) => one.group === group);
  }

  #batch() {
    const groups: number[] = [];
    const survivors = nextTurn().then(async () => {
      this.#next = undefined;
      return readSurvivors(await this.#run(endGroupsArgv(groups)));
    });
    return { groups, survivors };
  }
}
