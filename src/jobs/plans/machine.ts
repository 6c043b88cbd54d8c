/** Boots of machines, one with its stages or many in waves. */
import { STAGES } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { MusterError } from '../../errors.ts';
import type { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { settledHealth } from '../health/settled.ts';
import { awaitStack } from '../machine/await-stack.ts';
import { awaitStage, startBoot } from '../machine/boot.ts';
import { profileOf } from '../machine/profile.ts';
import type { Known } from '../machine/record.ts';
import { renewMachine } from '../machine/renew.ts';
import { patienceFor, restartOf } from '../machine/restart.ts';
import type { Plan, Stage } from '../plan.ts';

/** The host that machines boot from; rejects with `boot.none`. */
export function bootHostOf({ boot }: Pick<Config, 'boot'>): string {
  if (boot.host === undefined) throw new MusterError('boot.none');
  return boot.host;
}

/** The plan of `/machine boot`: `gets` is what it boots by all that is known now, `version` what was asked for. */
export function bootPlan(
  known: Known,
  asked: { gets: ImageVersion; version?: ImageVersion | undefined; once: boolean },
  config: Config,
): Plan {
  const host = bootHostOf(config);
  const { name: machine } = known;
  const { gets, version, once } = asked;
  const { plans } = messages().machines;
  const restart = restartOf(known, config);
  const { dhcp } = profileOf(known, config).profile.deadlines;
  const start = { host, machine, once, restart, patience: patienceFor(restart, dhcp) };
  const waits = STAGES.map(
    (stage): Stage => ({
      name: stage,
      steps: [awaitStage({ host, machine, stage, ...(version !== undefined && { version }) })],
    }),
  );
  return {
    title: plans.boot({ machine, version: gets }),
    done: plans.booted({ machine, version: gets }),
    locks: [`machine/${machine}`],
    stages: [
      { name: 'power', steps: [startBoot({ ...start, ...(version !== undefined && { version }) })] },
      ...waits,
      ...stacksOf([known], host, config),
    ],
    next: `/machine show ${machine}`,
  };
}

/** A machine of a roll-out, with the version that it runs now. */
export interface Renewed {
  known: Known;
  before?: ImageVersion | undefined;
}

/** The plan of `/image rollout`: one wave after the other; the first machine that does not come up ends it, and takes all of it back. */
export function rolloutPlan(
  version: ImageVersion,
  waves: readonly (readonly Renewed[])[],
  config: Config,
): Plan {
  const host = bootHostOf(config);
  const { plans } = messages().machines;
  const machines = waves.flat().map(({ known }) => known.name);
  const stages = waves.flatMap((wave, index): Stage[] => {
    // As cards show it, in every language.
    const name = index === 0 ? 'canary' : `+${wave.length}`;
    const hosts = wave.map(({ known }) => known.name).filter((one) => Object.hasOwn(config.hosts, one));
    const healthy = hosts.map((one) => settledHealth({ host, subject: one }));
    const renewals = wave.map(({ known, before }) => {
      const restart = restartOf(known, config);
      const { dhcp } = profileOf(known, config).profile.deadlines;
      return renewMachine({
        ...{ host, machine: known.name, version, restart, patience: patienceFor(restart, dhcp) },
        ...(before !== undefined && { before }),
      });
    });
    return [
      { name, steps: renewals },
      ...stacksOf(
        wave.map(({ known }) => known),
        host,
        config,
      ),
      ...(healthy.length > 0 ? [{ name: 'healthy', steps: healthy }] : []),
    ];
  });
  const facts = { version, count: machines.length };
  return {
    title: plans.rollout(facts),
    done: plans.rolledOut(facts),
    locks: machines.map((name) => `machine/${name}`),
    stages,
    next: `/image show ${version}`,
  };
}

/** Waits for what machines are for by their profiles; no stage where that is nothing. */
function stacksOf(machines: readonly Known[], host: string, config: Config): Stage[] {
  const steps = machines.flatMap((known) => {
    const app = profileOf(known, config).profile.stack;
    return app === undefined ? [] : [awaitStack({ host, machine: known.name, app })];
  });
  return steps.length > 0 ? [{ name: 'stack', steps }] : [];
}

/** The first wave is the canary; `1,5,all` are one machine, then five, then all others. Rejects with `rollout.waves`. */
export function inWaves<T>(machines: readonly T[], waves: readonly string[]): T[][] {
  const sizes = waves.map((text) =>
    text === 'all' ? Number.POSITIVE_INFINITY : /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0,
  );
  const text = waves.join(',');
  if (sizes.includes(0)) throw new MusterError('rollout.waves', { text });
  const cut: T[][] = [];
  let from = 0;
  // What the waves leave over is one more.
  for (const size of [...sizes, Number.POSITIVE_INFINITY]) {
    const wave = machines.slice(from, from + size);
    if (wave.length > 0) cut.push(wave);
    from += wave.length;
  }
  return cut;
}
