/** What a virtual machine is not made over: the domains of others, and those of other makings. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StepContext } from '../../../src/jobs/step.ts';
import { createVirtual } from '../../../src/jobs/vm/create.ts';
import { fakeShell } from '../../fakes/shell.ts';

const UUID = '0e2c8f5a-3b1d-8f21-a9c4-5d6e7f809112';
const input = {
  ...{ host: 'big-1', machine: 'node-9' },
  build: {
    ...{ uuid: UUID, mac: '52:54:00:12:34:56', memory: 1e9, cpus: 1, network: 'lab', firmware: 'bios' },
  },
};
const TOOLS = { libvirt: { type: 'qemu' } };

describe('a virtual machine whose name libvirt has already', () => {
  /** `owner` is the run that made that domain, if one of Muster's did. */
  const open = (owner: string | undefined, run: string, origin = run) => {
    const said: Record<string, string> = {
      list: `${UUID} node-9\n`,
      metadata: owner === undefined ? '' : `<machine name="node-9" run="${owner}"/>`,
      'net-list': 'lab\n',
    };
    const shell = fakeShell({
      host: 'big-1',
      programs: ({ argv }) => {
        const verb = argv[0] === 'virsh' ? (argv[3] as string) : '';
        if (verb !== 'metadata' || owner !== undefined) return { stdout: said[verb] ?? '' };
        return { code: 1, stderr: 'error: metadata not found' };
      },
    });
    const context: StepContext = {
      ...{ shell, root: '/muster', run, origin, signal: new AbortController().signal },
      ...{ loginTo: () => undefined, report: { line() {}, progress() {}, note() {} } },
      guarding: undefined as never,
    };
    /** What was done there, besides looking. */
    const done = () =>
      shell.calls
        .map(({ argv }) => argv.find((word) => /^(?:define|destroy|undefine|vol-\S+|rm)$/.test(word)))
        .filter(Boolean);
    return { context, done };
  };

  for (const [who, owner, told] of [
    ['somebody else', undefined, 'libvirt on big-1 has a domain node-9 that Muster did not make'],
    ['another run', 'r-8', 'libvirt on big-1 has a virtual machine node-9 already, which r-8 made'],
  ] as const)
    test(`is neither made nor taken back over that of ${who}`, async () => {
      const { context, done } = open(owner, 'r-9');
      const made = createVirtual.perform(input, context, TOOLS);
      await assert.rejects(made, { code: 'vm.taken', message: told });
      assert.equal(await createVirtual.revert(input, context, TOOLS), undefined);
      assert.deepEqual(done(), []);
    });

  test('is gone on with where an earlier try of the same making left it', async () => {
    const { context, done } = open('r-8', 'r-9', 'r-8');
    assert.deepEqual(await createVirtual.perform(input, context, TOOLS), { made: true });
    assert.deepEqual(done(), ['define']);
    assert.deepEqual(await createVirtual.revert(input, context, TOOLS), { made: false });
    assert.deepEqual(done().slice(1), ['destroy', 'undefine', 'rm']);
  });
});
