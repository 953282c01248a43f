/** Everything an installation keeps, searched for a word. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import type { Product } from './product';

/** Every document, as `<collection>/<id> <where>`, file of mail and page of the search index that holds the word in any case. */
export async function placesWith(product: Product, word: string): Promise<string[]> {
  const places = [...(await documentsWith(product, word)), ...(await filesWith(product, word))];
  return places.toSorted();
}

async function documentsWith({ runtime }: Product, word: string): Promise<string[]> {
  const { uri, database } = runtime.mongo;
  const connection = await mongoose.createConnection(uri, { dbName: database }).asPromise();
  try {
    const found: string[] = [];
    for (const { name } of await connection.listCollections()) {
      for (const document of await connection.collection(name).find({}).toArray()) {
        const fields = Object.entries(document).filter(([, value]) => holds(JSON.stringify(value) ?? '', word));
        if (fields.length > 0) found.push(`${name}/${String(document._id)} ${fields.map(([key]) => key).join()}`);
      }
    }
    return found;
  } finally {
    await connection.close();
  }
}

/** Raw mail, attachments and the index of search; not the servers' own files, nor the mails that have left. */
async function filesWith({ dataDir, runtime }: Product, word: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const own = files.filter((file) => /\/blobs\/|search/.test(file) && !file.startsWith(runtime.sink));
  const texts = await Promise.all(own.map((file) => readFile(file, 'latin1').catch(() => '')));
  return own.filter((_, index) => holds(texts[index] ?? '', word)).map((file) => `file ${file.slice(dataDir.length)}`);
}

const holds = (text: string, word: string): boolean => text.toLowerCase().includes(word.toLowerCase());
