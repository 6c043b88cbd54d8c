/** The methods that say, change and take back (docs.slack.dev/reference/methods/chat.postMessage and its neighbours). */
import { channelOf, messageOf, openChannel, threadOf } from './access.ts';
import { type Block, checkedBlocks } from './blocks.ts';
import type { Params } from './params.ts';
import { tellChange, tellMessage } from './payloads.ts';
import { Refusal } from './refusal.ts';
import type { Method } from './service.ts';
import { type Held, messageObject } from './world.ts';

/** Characters of a new message; the real one cuts what is longer, the fake refuses it. */
export const TEXT_CHARACTERS = 40_000;
/** Bytes of the text of a changed message, escapes included: what bots report, not the documentation. */
export const UPDATE_BYTES = 4_000;

/** Limit: `markdown_text`, `parse` and other ways to have text understood differently are not looked at; attachments are refused. */
function contentOf(params: Params): { text: string; blocks: Block[] } {
  if (params.has('attachments')) throw new Refusal('invalid_attachments', 'the fake takes none');
  const text = params.text('text');
  const given = params.json('blocks', 'invalid_blocks_format');
  const blocks = given === undefined ? [] : checkedBlocks(given);
  if (text.trim() === '' && blocks.length === 0) throw new Refusal('no_text');
  if (text.length > TEXT_CHARACTERS) throw new Refusal('msg_too_long');
  return { text, blocks };
}

const postMessage: Method = (service, params) => {
  const { world, budget } = service;
  const channel = openChannel(world, params);
  const content = contentOf(params);
  const thread = threadOf(channel, params);
  budget.message(channel.id);
  const held = world.addMessage(channel, world.identity.user, { ...content, thread });
  tellMessage(service, channel, held);
  return { channel: channel.id, ts: held.ts, message: messageObject(world, held) };
};

const update: Method = (service, params) => {
  const { world } = service;
  const channel = openChannel(world, params, 'channel', 'is_inactive');
  const held = messageOf(channel, params, 'ts');
  if (held.user !== world.identity.user) throw new Refusal('cant_update_message');
  const previous = messageObject(world, held);
  const { text, blocks } = contentOf(params);
  if (Buffer.byteLength(text) > UPDATE_BYTES) throw new Refusal('msg_too_long');
  // Text alone takes the blocks away.
  Object.assign<Held, Partial<Held>>(held, { text, blocks, edits: held.edits + 1 });
  tellChange(service, channel, 'message_changed', previous, held);
  return { channel: channel.id, ts: held.ts, text, message: messageObject(world, held) };
};

/** Limit: the answers in the thread of a message that was taken back stay. */
const remove: Method = (service, params) => {
  const { world } = service;
  const channel = openChannel(world, params);
  const held = messageOf(channel, params, 'ts');
  if (held.user !== world.identity.user) throw new Refusal('cant_delete_message');
  channel.messages.delete(held.ts);
  tellChange(service, channel, 'message_deleted', messageObject(world, held), held);
  return { channel: channel.id, ts: held.ts };
};

const postEphemeral: Method = ({ world, ephemerals }, params) => {
  const channel = openChannel(world, params);
  const to = params.text('user');
  if (!world.users.has(to) || channel.absent.has(to)) throw new Refusal('user_not_in_channel');
  const thread = threadOf(channel, params);
  const ephemeral = { ts: world.ts(), channel: channel.id, to, ...contentOf(params), thread };
  ephemerals.push(ephemeral);
  return { message_ts: ephemeral.ts };
};

/** Names of emoji. Limit: any word will do, there is no list. */
const EMOJI = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/;

/** The message to react to, and who has reacted so already. */
function reactedTo({ world }: Parameters<Method>[0], params: Params): [Held, name: string, people: string[]] {
  const name = params.text('name');
  if (!EMOJI.test(name)) throw new Refusal('invalid_name');
  if (!params.has('timestamp')) throw new Refusal('no_item_specified');
  const held = messageOf(openChannel(world, params), params, 'timestamp');
  return [held, name, held.reactions[name] ?? []];
}

const addReaction: Method = (service, params) => {
  const { user } = service.world.identity;
  const [held, name, people] = reactedTo(service, params);
  if (people.includes(user)) throw new Refusal('already_reacted');
  held.reactions[name] = [...people, user];
  return {};
};

const removeReaction: Method = (service, params) => {
  const { user } = service.world.identity;
  const [held, name, people] = reactedTo(service, params);
  if (!people.includes(user)) throw new Refusal('no_reaction');
  held.reactions[name] = people.filter((one) => one !== user);
  if (held.reactions[name].length === 0) delete held.reactions[name];
  return {};
};

const conversationInfo: Method = ({ world }, params) => {
  const { id, name, type, archived, joined } = channelOf(world, params);
  return {
    channel: {
      id,
      name,
      is_channel: type === 'channel',
      is_private: type !== 'channel',
      is_im: type === 'im',
      is_archived: archived,
      is_member: joined,
    },
  };
};

/** The methods of this file. */
export const messageMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'reactions.add': addReaction,
  'reactions.remove': removeReaction,
  'conversations.info': conversationInfo,
};
