/** Methods that say, change and take back (core.telegram.org/bots/api#available-methods). */
import { isDeepStrictEqual } from 'node:util';
import { messageOf, openChat, repliedTo, topicOf } from './access.ts';
import { keyboardOf } from './keyboard.ts';
import type { Params, Upload } from './params.ts';
import { bad } from './refusal.ts';
import type { Method, Service } from './service.ts';
import { CAPTION_UNITS, formattedText, TEXT_UNITS } from './text.ts';
import { type Chat, type Held, messageObject } from './world.ts';

/** Others' and own messages can be taken back for 48 hours (core.telegram.org/bots/api#deletemessage), seconds. */
const DELETABLE = 48 * 60 * 60;

const sendMessage: Method = (service, params) => {
  const chat = openChat(service.world, params);
  if (!params.has('text')) throw bad('message text is empty');
  const formatted = formattedText(params, 'text', 'entities');
  if (formatted.text === '') throw bad('text must be non-empty');
  if (formatted.text.length > TEXT_UNITS) throw bad('message is too long');
  return send(service, 'sendMessage', chat, params, formatted);
};

/** Limit: a file already there is found by the id that the fake gave it; addresses to fetch from are refused. */
const sendDocument: Method = (service, params) => {
  const chat = openChat(service.world, params);
  const upload = params.file('document');
  if (!upload && !params.has('document')) throw bad('there is no document in the request');
  const known = [...service.world.chats.values()]
    .flatMap(({ messages }) => [...messages.values()])
    .find(({ document }) => document?.fileId === params.text('document'))?.document;
  if (!upload && !known) throw bad('wrong file identifier/HTTP URL specified');
  if (upload?.bytes.length === 0) throw bad('file must be non-empty');
  if (chat.files === false) throw bad('not enough rights to send documents to the chat');
  const formatted = formattedText(params, 'caption', 'caption_entities');
  if (formatted.text.length > CAPTION_UNITS) throw bad('message caption is too long');
  const fileId = `BQACAgI${Buffer.from(`${chat.id} ${service.world.clock.now()} ${chat.messages.size}`).toString('base64url')}`;
  const document = known ?? { ...(upload as Upload), fileId };
  return send(service, 'sendDocument', chat, params, { ...formatted, document });
};

/** At most 10 MB, width and height 10,000 together, one no more than 20 times the other (core.telegram.org/bots/api#sendphoto). */
const PHOTO_BYTES = 10 * 1024 * 1024;
const PHOTO_SIDES = 10_000;
const PHOTO_RATIO = 20;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Limit: PNG only; others are refused as what is no picture is. */
const sendPhoto: Method = (service, params) => {
  const chat = openChat(service.world, params);
  const upload = params.file('photo');
  if (!upload) throw bad('there is no photo in the request');
  const { bytes } = upload;
  if (bytes.length === 0) throw bad('file must be non-empty');
  if (chat.files === false) throw bad('not enough rights to send photos to the chat');
  if (bytes.length > PHOTO_BYTES) throw bad('file is too big');
  if (
    !bytes.subarray(0, 8).equals(PNG) ||
    bytes.subarray(12, 16).toString() !== 'IHDR' ||
    bytes.subarray(-8, -4).toString() !== 'IEND'
  )
    throw bad('IMAGE_PROCESS_FAILED');
  const sides = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)].sort((a, b) => a - b) as [number, number];
  if (sides[0] < 1 || sides[0] + sides[1] > PHOTO_SIDES || sides[1] / sides[0] > PHOTO_RATIO)
    throw bad('PHOTO_INVALID_DIMENSIONS');
  const formatted = formattedText(params, 'caption', 'caption_entities');
  if (formatted.text.length > CAPTION_UNITS) throw bad('message caption is too long');
  const fileId = `AgACAgI${Buffer.from(`${chat.id} ${service.world.clock.now()} ${chat.messages.size}`).toString('base64url')}`;
  return send(service, 'sendPhoto', chat, params, {
    ...formatted,
    document: { ...upload, fileId, photo: true },
  });
};

function send(service: Service, method: string, chat: Chat, params: Params, content: Partial<Held>) {
  if (chat.standing === 'restricted') {
    throw bad(
      `not enough rights to send ${content.document ? (content.document.photo ? 'photos' : 'documents') : 'text messages'} to the chat`,
    );
  }
  const keyboard = keyboardOf(params);
  const replyTo = repliedTo(chat, params);
  const thread = topicOf(chat, params);
  service.budget.spend(method, chat.id, chat.type !== 'private');
  const { world } = service;
  return messageObject(chat, world.addMessage(chat, world.bot, { ...content, keyboard, replyTo, thread }));
}

const editMessageText: Method = (service, params) => {
  const chat = openChat(service.world, params);
  const held = editable(service, chat, params);
  if (!params.has('text')) throw bad('message text is empty');
  const formatted = formattedText(params, 'text', 'entities');
  if (formatted.text === '') throw bad('text must be non-empty');
  const keyboard = keyboardOf(params, true);
  if (held.document) throw bad('there is no text in the message to edit');
  if (formatted.text.length > TEXT_UNITS) throw bad('MESSAGE_TOO_LONG');
  return change(service, 'editMessageText', chat, held, { ...formatted, keyboard });
};

const editMessageReplyMarkup: Method = (service, params) => {
  const chat = openChat(service.world, params);
  const held = editable(service, chat, params);
  return change(service, 'editMessageReplyMarkup', chat, held, { keyboard: keyboardOf(params, true) });
};

function editable(service: Service, chat: Chat, params: Params): Held {
  const held = messageOf(chat, params, 'edit');
  if (held.from.id !== service.world.bot.id || held.service) throw bad("message can't be edited");
  return held;
}

/** An edit that changes nothing is refused and paid for all the same. */
function change(service: Service, method: string, chat: Chat, held: Held, content: Partial<Held>) {
  service.budget.spend(method, chat.id, chat.type !== 'private');
  if (isDeepStrictEqual({ ...held, ...content }, held)) {
    throw bad(
      'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
    );
  }
  Object.assign(held, content, { edits: held.edits + 1, edited: service.world.seconds() });
  return messageObject(chat, held);
}

const deleteMessage: Method = ({ world }, params) => {
  const chat = openChat(world, params);
  const held = messageOf(chat, params, 'delete');
  const trusted = chat.standing === 'administrator';
  const own = held.from.id === world.bot.id;
  if (!own && !trusted && chat.type !== 'private') throw bad("message can't be deleted");
  if (!(trusted && chat.type === 'supergroup') && held.date < world.seconds() - DELETABLE) {
    throw bad("message can't be deleted for everyone");
  }
  chat.messages.delete(held.id);
  return true;
};

/** The methods of this file. */
export const messageMethods = {
  sendMessage,
  sendDocument,
  sendPhoto,
  editMessageText,
  editMessageReplyMarkup,
  deleteMessage,
} satisfies Record<string, Method>;
