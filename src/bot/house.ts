/** What a command may use when it answers or plans; `wire/house.ts` fills it in. */
import type { Config } from '../config/config.ts';
import type { Alerts } from '../jobs/alerts/alerts.ts';
import type { Audit } from '../jobs/audit.ts';
import type { KeySources } from '../jobs/keys/gather.ts';
import type { Request, Requests } from '../jobs/requests.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Schedules } from '../jobs/schedule.ts';
import type { LiveState } from '../jobs/step.ts';
import type { Command, Reply } from './command.ts';

/** A person as the configuration names them. */
export interface Caller {
  person: string;
  platform: string;
  chat: string;
  thread?: string;
  /** The message that asked, where there is one that can be reacted to. */
  message?: string;
}

export interface House {
  config: Config;
  caller: Caller;
  /** The id of the line and of what it becomes: the same for a redelivery. */
  line: string;
  /** Every command, for help. */
  commands: readonly Command[];
  runs: Runs;
  audit: Audit;
  schedules: Schedules;
  requests: Requests;
  alerts: Alerts;
  /** Carries out what was granted, if its plan is still the same; resolves with what became of it. */
  proceed(request: Request): Promise<Reply>;
  state: LiveState;
  /** Asks the sources of key groups; their tokens stay here. */
  keys: Pick<KeySources, 'gather'>;
  /** The commit a branch, tag or whole commit id of an app stands for now. Rejects with `git.unreachable` or `git.ref.unknown`. */
  resolve(app: string, ref: string): Promise<string>;
  /** What is wrong with a schedule, in words; undefined where nothing is. */
  check: { schedule(schedule: { at: string; zone: string; line: string }): string | undefined };
  /** Runs a line in a person's name, as a schedule does, once for an `id`; resolves with what became of it. */
  runLine(id: string, line: string, person: string): Promise<Reply>;
  /** Loads the configuration again; says what changed, rejects with `config.invalid` and keeps the old one. */
  reload(): Promise<string>;
}
