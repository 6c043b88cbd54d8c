/** Makes, removes and shows virtual machines, and switches machines of any kind. */

import type { Config } from '../../config/config.ts';
import { Machine } from '../../config/machines.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { enterMachine } from '../machine/enter.ts';
import { forgetMachine } from '../machine/forget.ts';
import { claimed, type Known } from '../machine/record.ts';
import type { Plan } from '../plan.ts';
import { lookAtPower, type POWER_DEEDS, setPower } from '../power/set.ts';
import { switchOf } from '../power-switch.ts';
import { createVirtual, destroyVirtual } from '../vm/create.ts';
import { lookAtVirtuals, showConsole } from '../vm/look.ts';
import { type Build, identity, type Virtual } from '../vm/machine.ts';

/** What is asked for of a new virtual machine. */
export interface Wish extends Omit<Build, 'uuid' | 'mac'> {
  machine: string;
  host: string;
  profile?: string;
  labels: string[];
}

/** The plan of `/vm create`; `known` are all machines. Rejects with `vm.known`. */
export function createPlan(wish: Wish, known: readonly Known[], { boot }: Pick<Config, 'boot'>): Plan {
  const { machine, host, profile, labels, ...rest } = wish;
  if (known.some(({ name }) => name === machine)) throw new MusterError('vm.known', { machine });
  const { uuid, mac } = identity(
    machine,
    (one) => claimed(known, machine, { mac: [one], uuid: undefined, serial: undefined }) !== undefined,
  );
  const power = { kind: 'libvirt', on: host };
  const entry = Machine.parse({ mac: [mac], labels, ...(profile !== undefined && { profile }), power });
  const { plans } = messages().power;
  return {
    title: plans.create({ machine, host }),
    done: plans.created({ machine, host }),
    locks: [`machine/${machine}`],
    stages: [
      { name: 'build', steps: [createVirtual({ host, machine, build: { ...rest, uuid, mac } })] },
      { name: 'settle', steps: [enterMachine({ host, machine, entry })] },
    ],
    // Where no boot server is that could tell how far it comes, it is switched on.
    next: boot.host === undefined ? `/vm start ${machine}` : `/machine boot ${machine}`,
    undo: `/vm destroy ${machine}`,
  };
}

/** The plan of `/vm destroy`. */
export function destroyPlan(machine: string, { host, build: { mac } }: Virtual): Plan {
  const { plans } = messages().power;
  return {
    title: plans.destroy({ machine, host }),
    done: plans.destroyed({ machine, host }),
    locks: [`machine/${machine}`],
    stages: [
      { name: 'remove', steps: [destroyVirtual({ host, machine })] },
      { name: 'settle', steps: [forgetMachine({ host, machine, mac })] },
    ],
    next: '/vm list',
  };
}

/** The plan of `/vm list`: each host is asked for those that are on it. */
export function listPlan(all: Readonly<Record<string, Virtual>>): Plan {
  const hosts = [...new Set(Object.values(all).map(({ host }) => host))].sort();
  const on = (host: string) =>
    Object.entries(all)
      .filter(([, virtual]) => virtual.host === host)
      .map(([machine, { build }]) => ({ machine, build }))
      .sort((a, b) => (a.machine < b.machine ? -1 : 1));
  const { plans } = messages().power;
  return {
    title: plans.list({ hosts }),
    done: plans.listed({ count: Object.keys(all).length }),
    locks: [],
    stages: [{ name: 'list', steps: hosts.map((host) => lookAtVirtuals({ host, machines: on(host) })) }],
    next: '/machine list',
  };
}

/** The plan of `/vm console`. */
export function consolePlan(machine: string, { host }: Virtual, lines: number): Plan {
  const { plans } = messages().power;
  return {
    title: plans.console({ machine }),
    done: plans.console({ machine }),
    locks: [],
    stages: [{ name: 'logs', steps: [showConsole({ host, machine, lines })] }],
    next: `/vm console ${machine}`,
  };
}

/** The plan of `/vm start` and `/vm stop`: also of one whose machine was removed, or has another power by its file. */
export function virtualPowerPlan(
  name: string,
  { host, build }: Virtual,
  deed: 'on' | 'soft' | 'hard',
  config: Pick<Config, 'boot'>,
): Plan {
  const machine = Machine.parse({ mac: [build.mac], power: { kind: 'libvirt', on: host } });
  return { ...powerPlan({ name, machine }, deed, config), next: '/vm list' };
}

/** The plan of `/machine power`. Rejects with `power.none`, `power.nowhere`, or `power.cannot` where it can only be woken. */
export function powerPlan(
  { name: machine, machine: entry }: Pick<Known, 'name' | 'machine'>,
  deed: (typeof POWER_DEEDS)[number] | 'status',
  config: Pick<Config, 'boot'>,
): Plan {
  const { host, by } = switchOf(machine, entry, config);
  const { plans, steps, deeds } = messages().power;
  const looks = deed === 'status';
  if (by.settings.kind === 'wake' && ['soft', 'hard', 'cycle'].includes(deed))
    throw new MusterError('power.cannot', { machine, deed: deeds[deed as keyof typeof deeds] });
  return {
    title: looks ? steps.look({ machine }) : steps[deed]({ machine }),
    done: plans.done[deed]({ machine }),
    locks: looks ? [] : [`machine/${machine}`],
    stages: [{ name: 'power', steps: [looks ? lookAtPower({ host, by }) : setPower({ host, by, deed })] }],
    next: looks ? `/machine show ${machine}` : `/machine power ${machine} status`,
  };
}
