/** How the virtual machines of a host stand, and what one says on its serial line. */
import { z } from 'zod';
import { libvirt } from '../../adapters/libvirt/libvirt.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { printable } from '../../shell.ts';
import { humanSize } from '../../units.ts';
import { defineStep } from '../step.ts';
import { Build, consoleOf } from './machine.ts';

/** The most lines of a console that are shown. */
export const CONSOLE_LINES = 500;

export const lookAtVirtuals = defineStep({
  name: 'vm.look',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    machines: z.array(z.strictObject({ machine: MachineName, build: Build })).max(10_000),
  }),
  uses: { libvirt },
  timeout: '2m',
  title: ({ host }) => messages().power.steps.list({ host }),
  async run({ host, machines }, { libvirt, signal, report }) {
    const domains = await libvirt.domains(signal);
    for (const { machine, build } of machines) {
      const uuid = domains.get(machine);
      const state = (uuid === undefined ? undefined : await libvirt.state(uuid, signal)) ?? 'gone';
      const { memory, cpus, mac } = build;
      const facts = { machine, host, memory: humanSize(memory), cpus, mac };
      report.line(messages().power.list[state](facts));
    }
  },
});

export const showConsole = defineStep({
  name: 'vm.console',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    machine: MachineName,
    lines: z.number().int().min(1).max(CONSOLE_LINES),
  }),
  uses: { libvirt },
  timeout: '1m',
  title: ({ host, machine }) => messages().power.steps.console({ host, machine }),
  async run({ machine, lines }, { libvirt, root, signal, report }) {
    const said = shownConsole((await libvirt.said(consoleOf(root, machine), signal)) ?? '', lines);
    if (said.length === 0) report.note(messages().power.notes.silent({ machine }));
    for (const line of said) report.line(line);
  },
});

/** Tokens of boots, as a kernel prints its line with them: whoever has one may tell how far that machine came. */
const TOKENS = /(?<=\/v1\/boots\/|[?&]b=)[A-Za-z0-9]{32}(?![A-Za-z0-9])/g;

/** The last lines of what came over a serial line: without what moves a cursor, each as it was at its end, and without tokens of boots. */
export function shownConsole(text: string, most: number): string[] {
  return text
    .replaceAll(TOKENS, '…')
    .replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[()][A-Za-z0-9]|[=>c])/g, '')
    .split('\n')
    .map((line) => printable(line.replace(/\r+$/, '').split('\r').at(-1) ?? '').trimEnd())
    .filter((line) => line !== '')
    .slice(-most);
}
