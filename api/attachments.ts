/** Files that go with a mail: how one comes in, how many fit, which one is meant. */
import type { Request } from 'express';
import type { Attachment } from '../store/messages';
import { ApiError, notFound } from './api-error';
import { readFile } from './http/read-file';
import type { ApiPorts } from './ports';

const MB = 2 ** 20;
const sizeOf = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;

/** Content-Id of a picture that the text shows, by the digest of its content. */
export const pictureId = (blob: string): string => `${blob.slice(0, 24)}@picture`;

/** Keeps the file that a request carries; its type is what its content says. Throws `attachment-too-large`. */
export const fileOf = async (
  { store, mail, settings }: Pick<ApiPorts, 'store' | 'mail' | 'settings'>,
  request: Request,
  { name: wanted, inline = false }: { name: string; inline?: boolean | undefined },
): Promise<Attachment> => {
  const content = await readFile(request, settings.maxBytesOut);
  const name = mail.safeFileName(wanted);
  const type = mail.fileType(content, (request.get('content-type') ?? '').split(';')[0]?.trim() ?? '', name);
  const { sha256: blob, bytes } = await store.blobs.put(content);
  return { name, type, bytes, blob, inline, contentId: inline ? pictureId(blob) : null };
};

/** The files with more; throws `attachment-too-large` with the sizes when a mail may not have so much (bytes). */
export const withFiles = (
  attachments: readonly Attachment[],
  added: readonly Attachment[],
  most: number,
): Attachment[] => {
  const all = [...attachments, ...added];
  const bytes = all.reduce((sum, each) => sum + each.bytes, 0);
  if (bytes <= most) return all;
  const names = added.map(({ name }) => `"${name}"`).join(', ');
  const more = added.reduce((sum, each) => sum + each.bytes, 0);
  const sentence = `With ${names} (${sizeOf(more)}) the attachments would have ${sizeOf(bytes)}; a mail may have ${sizeOf(most)}. Send a smaller file, or a link to it.`;
  throw new ApiError('attachment-too-large', sentence, { bytes, most });
};

/** The file a path names by its place; throws `not-found`. */
export const numbered = (attachments: readonly Attachment[], number: string): Attachment => {
  const found = /^\d{1,4}$/.test(number) ? attachments[Number(number)] : undefined;
  if (!found) throw notFound('attachment', number);
  return found;
};
