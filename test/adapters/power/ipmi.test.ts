import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import {
  ipmiFailure,
  networkArgv,
  parseStatus,
  powerArgv,
  refusalIn,
  statusArgv,
} from '../../../src/adapters/power/ipmi-commands.ts';
import { power } from '../../../src/adapters/power/power.ts';
import { Secret } from '../../../src/secret.ts';
import { type FakeIpmi, startIpmi } from '../../fakes/ipmi.ts';
import { fakeShell } from '../../fakes/shell.ts';
import { needs } from '../../needs.ts';

const controller = { address: '10.0.0.107', user: 'muster' };
const WORDS = [
  'ipmitool',
  '-I',
  'lanplus',
  '-v',
  '-H',
  '10.0.0.107',
  '-U',
  'muster',
  '-E',
  '-N',
  '1',
  '-R',
  '3',
];

describe('the command line of ipmitool', () => {
  it('never holds the password', () => {
    assert.deepEqual(statusArgv(controller), [...WORDS, 'chassis', 'power', 'status']);
    assert.deepEqual(powerArgv(controller, 'soft'), [...WORDS, 'chassis', 'power', 'soft']);
  });

  it('names a port and a cipher suite where there is one', () => {
    const argv = statusArgv({ ...controller, port: 6_230, cipherSuite: 17 });
    assert.deepEqual(argv.slice(4, 14), [
      '-H',
      '10.0.0.107',
      '-p',
      '6230',
      '-U',
      'muster',
      '-E',
      '-C',
      '17',
      '-N',
    ]);
  });

  it('tells UEFI that it is meant', () => {
    assert.deepEqual(networkArgv(controller, 'uefi').slice(-3), ['bootdev', 'pxe', 'options=efiboot']);
    assert.deepEqual(networkArgv(controller, 'bios').slice(-3), ['chassis', 'bootdev', 'pxe']);
  });
});

describe('what ipmitool prints', () => {
  it('says whether the machine is on', () => {
    assert.equal(parseStatus('Chassis Power is on\n'), 'on');
    assert.equal(parseStatus('Chassis Power is off\n'), 'off');
    assert.equal(parseStatus('Chassis Power is on fire\n'), undefined);
  });

  const SAID: [ReturnType<typeof ipmiFailure>, string][] = [
    ['credentials', '> RAKP 2 HMAC is invalid'],
    ['credentials', 'RAKP 2 message indicates an error : unauthorized name'],
    ['privilege', 'Set Chassis Power Control to Up/On failed: Insufficient privilege level'],
    ['suite', 'Error in open session response message : invalid authentication algorithm'],
    ['address', 'Address lookup for bmc.invalid failed'],
    ['silent', 'Error issuing Get Channel Authentication Capabilities request'],
    ['state', 'Set Chassis Power Control to Cycle failed: Command not supported in present state'],
    ['refused', 'Set Chassis Boot Parameter 5 failed: Unspecified error'],
  ];
  for (const [failure, line] of SAID)
    it(`is understood: ${line}`, () => {
      assert.equal(ipmiFailure(['IANA PEN registry open failed: No such file or directory', line]), failure);
    });

  it('is told by what says most of a refusal', () => {
    assert.equal(
      refusalIn(['Set Chassis Power Control failed: Busy', 'IANA PEN registry open failed']),
      'Set Chassis Power Control failed: Busy',
    );
    assert.equal(refusalIn([]), '');
  });
});

test('a controller that hangs ends in an error, and the whole line is not waited for', async () => {
  const shell = fakeShell({ programs: () => ({ delay: Number.POSITIVE_INFINITY }) });
  const target = {
    kind: 'ipmi',
    machine: 'node-7',
    ...controller,
    password: new Secret('x'),
    firmware: 'uefi',
  } as const;
  const stop = new AbortController();
  const looks = power
    .open({ shell, options: { patience: 100, pause: 1 } })
    .of(target, stop.signal)
    .status();
  setTimeout(() => stop.abort(), 50);
  await assert.rejects(looks, { code: 'shell.aborted' });
});

describe('a machine with IPMI', { skip: needs(['ipmitool', 'ipmi_sim']) }, () => {
  const shell = localShell({ host: 'genesis' });
  let fake: FakeIpmi;
  before(async () => {
    fake = await startIpmi();
  });
  after(async () => {
    await fake?.stop();
    await shell.close();
  });

  const of = (more: Record<string, unknown> = {}, patience = 10_000) => {
    const { port, user, password } = fake;
    const target = { machine: 'node-7', address: '127.0.0.1', port, user, password: new Secret(password) };
    const whole = { kind: 'ipmi', ...target, firmware: 'uefi', cipherSuite: 3, ...more } as const;
    return power.open({ shell, options: { patience, pause: 50 } }).of(whole);
  };

  test('is switched on and off, and what is so already stays so', async () => {
    const machine = of();
    assert.equal(await machine.status(), 'off');
    await machine.on();
    const pid = await fake.pid();
    assert.notEqual(pid, undefined);
    assert.equal(await machine.status(), 'on');
    await machine.on();
    assert.equal(await fake.pid(), pid);
    await machine.off();
    assert.equal(await fake.pid(), undefined);
    await machine.off();
    await machine.off(true);
    assert.equal(await machine.status(), 'off');
  });

  test('is cycled, also where it was off', async () => {
    const machine = of();
    await machine.cycle();
    const pid = await fake.pid();
    assert.notEqual(pid, undefined);
    await machine.cycle();
    assert.notEqual(await fake.pid(), undefined);
    assert.notEqual(await fake.pid(), pid);
    await machine.off(true);
  });

  test('boots from the network next', async () => {
    assert.equal(await of().bootFromNetworkOnce(), true);
    assert.equal((await fake.asked()).at(-1), 'set boot pxe');
  });

  test('is told apart from one whose password is wrong, whose user is unknown, and from none', async () => {
    const wrong = { code: 'power.credentials' };
    await assert.rejects(of({ password: new Secret('another') }).status(), wrong);
    await assert.rejects(of({ user: 'nobody' }).status(), wrong);
    await assert.rejects(of({ cipherSuite: 17 }).status(), {
      code: 'power.refused',
      message: 'the controller of node-7 at 127.0.0.1 does not do it: it does not take that cipher suite',
    });
    await assert.rejects(of({ address: 'bmc.invalid' }).status(), {
      code: 'power.unreachable',
      message:
        'the controller of node-7 at bmc.invalid does not answer: nobody knows an address for that name',
    });
  });

  test('that does not end when it is asked to is still on, and says so', async () => {
    const deaf = await startIpmi({ ignores: true });
    try {
      const machine = of({ port: deaf.port }, 300);
      await machine.on();
      await assert.rejects(machine.off(), { code: 'power.stays', hint: '/machine power node-7 off --hard' });
      await machine.off(true);
      assert.equal(await deaf.pid(), undefined);
    } finally {
      await deaf.stop();
    }
  });
});
