/** Switches a machine by its controller's Redfish (DMTF DSP0266), whatever of it that controller offers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { type Patience, type Power, settled } from '../../power.ts';
import { printable, type Shell } from '../../shell.ts';
import { type ControllerPlace, json, RedfishController } from './controller.ts';
import type { Answered } from './curl.ts';
import {
  ActionInfo,
  type Deed,
  etagOf,
  Root,
  resetFor,
  System,
  Systems,
  stateOf,
  Task,
  taskOutcome,
} from './redfish-words.ts';

const ROOT = '/redfish/v1/';
/** How many pages of systems are looked at. */
const PAGES = 20;

export interface RedfishTarget extends ControllerPlace {
  /** Which of several systems it is, by its id. */
  system?: string;
}

/** The power of a machine that has such a controller. */
export function redfish(shell: Shell, target: RedfishTarget, patience: Patience): Power {
  const { machine } = target;
  const controller = new RedfishController(shell, target, patience.signal);
  let place: Promise<string> | undefined;
  const found = (): Promise<string> => {
    place ??= find(controller, target);
    return place;
  };
  const look = async () => controller.get(await found(), System);
  const status = async () => stateOf((await look()).data);
  const reset = async (deed: Deed): Promise<boolean> => {
    const { data } = await look();
    const action = data.Actions?.['#ComputerSystem.Reset'];
    const word = action && resetFor(deed, await offered(controller, action));
    if (!action || word === undefined) return false;
    const answer = await controller.ask('POST', action.target, { data: { ResetType: word } });
    // It is so already, or became so this moment: the state is what counts.
    if (answer.status === 409 || answer.status === 400) {
      const wanted = deed === 'on' ? 'on' : deed === 'cycle' ? undefined : 'off';
      if (wanted !== undefined && (await status()) === wanted) return true;
    }
    await finished(controller, answer, patience);
    return true;
  };
  const demand = async (deed: Deed): Promise<void> => {
    if (!(await reset(deed))) throw cannot(machine, deed);
  };
  return {
    status,
    async on() {
      if ((await status()) !== 'on') await demand('on');
      await settled(machine, 'on', status, patience);
    },
    async off(hard = false) {
      if ((await status()) !== 'off') await demand(hard ? 'hard' : 'soft');
      await settled(machine, 'off', status, patience);
    },
    async cycle() {
      if ((await status()) === 'off') await demand('on');
      else if (!(await reset('cycle'))) {
        await demand('hard');
        await settled(machine, 'off', status, patience);
        await demand('on');
      }
      await settled(machine, 'on', status, patience);
    },
    async bootFromNetworkOnce() {
      // Once more where it changed between the look and the change.
      for (const last of [false, true]) {
        const { data, answer } = await look();
        const targets = data.Boot?.['BootSourceOverrideTarget@Redfish.AllowableValues'];
        if (!data.Boot || (targets && !targets.includes('Pxe'))) return false;
        const etag = etagOf(answer.headers.get('etag'));
        const changed = await controller.ask('PATCH', await found(), {
          data: { Boot: { BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' } },
          ...(etag !== undefined && { headers: { 'If-Match': etag } }),
        });
        if (changed.status === 412 && !last) continue;
        await finished(controller, changed, patience);
        return true;
      }
      return true;
    },
  };
}

/** The path of the system: the only one, or the one that the configuration names. */
async function find(
  controller: RedfishController,
  { machine, address, system }: RedfishTarget,
): Promise<string> {
  const { data: root } = await controller.get(ROOT, Root);
  const paths: string[] = [];
  let next: string | undefined = root.Systems['@odata.id'];
  for (let page = 0; next !== undefined && page < PAGES; page += 1) {
    const { data }: { data: z.output<typeof Systems> } = await controller.get(next, Systems);
    paths.push(...data.Members.map((member) => member['@odata.id']));
    next = data['Members@odata.nextLink'];
  }
  const fitting = system === undefined ? paths : paths.filter((path) => idOf(path) === system);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = printable(paths.map(idOf).slice(0, 20).join(', '));
  throw new MusterError('power.system', {
    machine,
    address,
    system,
    names: names || messages().phrases.nothing,
  });
}

/** `1` of `/redfish/v1/Systems/1`. */
const idOf = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? '';

/** The words that its reset takes; undefined where it does not say. */
async function offered(
  controller: RedfishController,
  action: NonNullable<NonNullable<System['Actions']>['#ComputerSystem.Reset']>,
): Promise<readonly string[] | undefined> {
  const here = action['ResetType@Redfish.AllowableValues'];
  const info = action['@Redfish.ActionInfo'];
  if (here || info === undefined) return here;
  const { data } = await controller.get(info, ActionInfo);
  return data.Parameters.find(({ Name }) => Name === 'ResetType')?.AllowableValues;
}

/** Waits for what the controller does meanwhile (202 with a task); rejects with `power.refused`, or with `power.unreachable` where it does not end. */
async function finished(
  controller: RedfishController,
  first: Answered,
  { patience, pause, signal }: Patience,
): Promise<void> {
  controller.demand(first, [200, 201, 202, 204]);
  const { reasons } = messages().power;
  const monitor = first.status === 202 ? first.headers.get('location') : undefined;
  const path = monitor && controller.pathOf(monitor);
  // Who names no place to look at is believed; whether it became so is looked at anyway.
  if (path === undefined || path === '') return;
  const deadline = performance.now() + patience;
  for (;;) {
    const answer = await controller.ask('GET', path);
    // It is done and gone.
    if (answer.status === 404 || answer.status === 410 || answer.status === 204) return;
    controller.demand(answer, [200, 201, 202]);
    const { data } = Task.safeParse(json(answer.body));
    const outcome = data?.TaskState === undefined && answer.status !== 202 ? 'done' : taskOutcome(data ?? {});
    if (outcome === 'done') return;
    if (outcome === 'failed')
      throw controller.refused(reasons.task({ state: printable(data?.TaskState ?? '') }));
    if (performance.now() > deadline) throw controller.refused(reasons.taskOpen);
    await sleep(pause, undefined, { signal });
  }
}

const cannot = (machine: string, deed: Deed): MusterError =>
  new MusterError('power.cannot', { machine, deed: messages().power.deeds[deed] });
