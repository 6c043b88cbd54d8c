import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '../../src/bot/catalog.ts';
import { menusFor } from '../../src/bot/menus.ts';
import { menuOf } from '../../src/bot/telegram/menu.ts';
import type { Config } from '../../src/config/config.ts';

const config = (more: Partial<Config> = {}) =>
  ({
    people: {
      reem: { identities: { telegram: '7' }, roles: ['admin'] },
      kim: { identities: { telegram: '8' }, roles: ['guest'] },
      max: { identities: { slack: 'U1' }, roles: [] },
    },
    roles: {
      admin: { allow: [{ commands: ['*'], on: ['*', '*/*'] }] },
      guest: { allow: [{ commands: ['help', 'status'], on: ['*'] }] },
    },
    channels: {
      build: { platform: 'telegram', chat: '-1', posts: [] },
      topic: { platform: 'telegram', chat: '-1', thread: '3', posts: [] },
      reem: { platform: 'telegram', chat: '7', posts: [] },
      work: { platform: 'slack', chat: 'C1', posts: [] },
    },
    ...more,
  }) as unknown as Config;
const names = (menus: ReturnType<typeof menusFor>) =>
  menus.map(({ chat, user, commands }) => [
    chat,
    user,
    commands.length === catalog.length || commands.map(({ name }) => name).join(),
  ]);

test('everybody is suggested help, a chat what all may use there, a person what they may', () => {
  assert.deepEqual(names(menusFor(config(), catalog, 'telegram')), [
    [undefined, undefined, 'help'],
    ['-1', undefined, 'help,status'],
    ['-1', '7', true],
    ['7', undefined, true],
  ]);
});

test('a chat in which nobody is known suggests help', () => {
  assert.deepEqual(names(menusFor(config({ people: {} }), catalog, 'telegram')), [
    [undefined, undefined, 'help'],
    ['-1', undefined, 'help'],
    ['7', undefined, 'help'],
  ]);
});

test('Telegram takes every command there is', () => {
  const { commands, scope } = menuOf({
    chat: '-1',
    user: '7',
    commands: catalog.map(({ name, about }) => ({ name, summary: about().summary })),
  });
  assert.equal(commands.length, catalog.length);
  for (const { command, description } of commands) {
    assert.match(command, /^[a-z0-9_]{1,32}$/);
    assert.ok(description.length >= 1 && description.length <= 256, description);
  }
  assert.deepEqual(scope, { type: 'chat_member', chat_id: -1, user_id: 7 });
});

test('what Telegram cannot name is left out, and what is too long for it is cut', () => {
  const entry = (name: string, summary = 'x') => ({ name, summary });
  const many = [
    entry('schedule add'),
    entry('build-base', 'x'.repeat(300)),
    entry('é'),
    entry('x'.repeat(33)),
  ];
  assert.deepEqual(
    menuOf({ commands: many }).commands.map(({ command, description }) => [command, description.length]),
    [
      ['schedule_add', 1],
      ['build_base', 256],
    ],
  );
  assert.equal(
    menuOf({ commands: Array.from({ length: 120 }, (_, n) => entry(`c${n}`)) }).commands.length,
    100,
  );
});
