/** What a command may use when it answers or plans; `wire/house.ts` fills it in. */
import type { Config } from '../config/config.ts';
import type { Machine } from '../config/machines.ts';
import type { Alerts } from '../jobs/alerts/alerts.ts';
import type { Audit } from '../jobs/audit.ts';
import type { Added } from '../jobs/enrolment/enrolments.ts';
import type { Scenes } from '../jobs/files/scenes.ts';
import type { KeySources } from '../jobs/keys/gather.ts';
import type { MachineStore } from '../jobs/machine/store.ts';
import type { Request, Requests } from '../jobs/requests.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Schedules } from '../jobs/schedule.ts';
import type { LiveState } from '../jobs/step.ts';
import type { LogDesk } from '../log-asking.ts';
import type { PowerState } from '../power.ts';
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

/** Hosts that are added in a chat. */
export interface HostDesk {
  /**
   * Adds a host as pending, and tells whoever asked what is to be run over there: a line with a token, to them alone. Rejects
   * with `host.known`, or `host.noprivacy` where that cannot be.
   */
  add(name: string, entry: Added['entry'], by: Caller): Promise<Reply>;
  /** Trusts a host by its keys; gives whether that is new. Rejects with `host.pending`, `host.fingerprint` or `config.unknown`. */
  trust(name: string, keys: readonly string[], by: Caller): Promise<{ fresh: boolean }>;
  /** The names of all hosts that were added. */
  names(): Promise<string[]>;
  /** Where a host stands in the files of the configuration; undefined where it stands in none. */
  place(name: string): Promise<string | undefined>;
  /** What would be wrong with the configuration without a host, a line each. */
  without(name: string): Promise<string[]>;
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
  hosts: HostDesk;
  /** Machines that are added in a chat. */
  machines: Pick<MachineStore, 'change'>;
  /** Whether a machine is on, as far as anybody can tell within some seconds. */
  power(machine: string, entry: Pick<Machine, 'power' | 'mac'>): Promise<PowerState>;
  /** Carries out what was granted, if its plan is still the same; resolves with what became of it. */
  proceed(request: Request): Promise<Reply>;
  state: LiveState;
  /** Asks the log hub; undefined where there is none. */
  logs?: LogDesk;
  /** Files that are made of templates and data, as they are to be now, and who changed that data. */
  files: Pick<Scenes, 'current' | 'history'>;
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
