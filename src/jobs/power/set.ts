/** Switches a machine, or tells whether it is on. Muster itself knows its password: it comes to the host with the step, and stays nowhere. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { POWER_TOOLS, PowerSwitch, powerOf, withPassword } from '../power-switch.ts';
import { type Beside, defineStep } from '../step.ts';

/** `soft` asks the operating system to end; `network` has the next boot be from the network. */
export const POWER_DEEDS = ['on', 'soft', 'hard', 'cycle', 'network'] as const;

const Switching = z.strictObject({ host: HostName, by: PowerSwitch, deed: z.enum(POWER_DEEDS) });
const Looking = Switching.omit({ deed: true });

const brief = async ({ by }: { by: PowerSwitch }, beside: Beside) =>
  beside.direction === 'undo' ? undefined : { by: await withPassword(by, beside) };

/** Switches it; what is so already is fine. It is not switched back where a later step fails: nobody knows what that would harm. */
export const setPower = defineStep({
  name: 'power.set',
  input: Switching,
  uses: POWER_TOOLS,
  timeout: '6m',
  title: ({ by: { machine }, deed }) => messages().power.steps[deed]({ machine }),
  brief,
  async run({ by, deed }, { power, libvirt, signal, report }) {
    const machine = powerOf(by, { power, libvirt }, signal);
    const { notes } = messages().power;
    if (deed === 'on') await machine.on();
    else if (deed === 'cycle') await machine.cycle();
    else if (deed !== 'network') await machine.off(deed === 'hard');
    else if (!(await machine.bootFromNetworkOnce())) report.note(notes.byFirmware({ machine: by.machine }));
  },
});

/** Tells whether it is on. */
export const lookAtPower = defineStep({
  name: 'power.look',
  lane: 'read',
  input: Looking,
  uses: POWER_TOOLS,
  timeout: '2m',
  title: ({ by: { machine } }) => messages().power.steps.look({ machine }),
  brief,
  async run({ by }, { power, libvirt, signal, report }) {
    const state = await powerOf(by, { power, libvirt }, signal).status();
    report.note(messages().power.states[state]({ machine: by.machine }));
  },
});
