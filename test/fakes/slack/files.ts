/** Uploads in three steps (docs.slack.dev/messaging/working-with-files): an address, the bytes, the message. */
import type { IncomingMessage } from 'node:http';
import { openChannel, threadOf } from './access.ts';
import { checkedBlocks } from './blocks.ts';
import { readBytes } from './params.ts';
import { tellMessage } from './payloads.ts';
import { Refusal } from './refusal.ts';
import type { Method, Service } from './service.ts';

/** Files up to 1 GB may be uploaded; the fake holds less. */
const FILE_BYTES = 50 * 1024 * 1024;

const getUploadUrl: Method = ({ world, uploads, url }, params) => {
  const length = Number(params.text('length'));
  if (!params.has('filename') || !(length > 0)) throw new Refusal('missing_argument');
  if (length > FILE_BYTES) throw new Refusal('file_upload_size_restricted');
  const id = world.id('F');
  const name = params.text('filename');
  uploads.set(id, { id, name, title: name, bytes: Buffer.alloc(0), length, state: 'expected' });
  return { upload_url: `${url}/upload/v1/${id}`, file_id: id };
};

/** Takes the bytes, raw or as a form; gives the HTTP status. The real one answers 200 or «not 200»: which, is the fake's choice. */
export async function receiveFile(
  { uploads }: Service,
  request: IncomingMessage,
  id: string,
): Promise<number> {
  const body = await readBytes(request);
  const type = request.headers['content-type'] ?? '';
  const upload = uploads.get(id);
  if (upload?.state !== 'expected') return 404;
  const bytes = type.startsWith('multipart/') ? await fileOfForm(body, type) : body;
  if (bytes?.length !== upload.length) return 400;
  upload.bytes = bytes;
  upload.state = 'there';
  return 200;
}

async function fileOfForm(body: Buffer, type: string): Promise<Buffer | undefined> {
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const [file] = [...form.values()].filter((value) => typeof value !== 'string');
  return file && Buffer.from(await file.arrayBuffer());
}

/** Limit: to one channel; the message is there at once, the real one comes a little later. */
const completeUpload: Method = (service, params) => {
  const { world, uploads, budget } = service;
  const given = params.json('files', 'invalid_arguments');
  if (!Array.isArray(given) || given.length === 0) throw new Refusal('invalid_arguments');
  const files = given.map(({ id, title }: { id: string; title?: string }) => {
    const upload = uploads.get(id);
    if (upload?.state !== 'there') throw new Refusal('file_not_found');
    return Object.assign(upload, { title: title ?? upload.name });
  });
  const words = params.json('blocks', 'invalid_blocks_format');
  // Blocks beside a comment are ignored.
  const blocks = words === undefined || params.has('initial_comment') ? [] : checkedBlocks(words);
  if (params.has('channel_id')) {
    const channel = openChannel(world, params, 'channel_id');
    const thread = threadOf(channel, params);
    budget.message(channel.id);
    const text = params.text('initial_comment');
    const held = world.addMessage(channel, world.identity.user, { text, blocks, thread, files });
    tellMessage(service, channel, held);
  }
  for (const file of files) file.state = 'shared';
  return { files: files.map(({ id, title }) => ({ id, title })) };
};

/** The methods of this file. */
export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
