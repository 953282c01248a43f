import { asked, type CollectionPorts } from './asking';

/** Sends one command that writes: counted before, and past its fail point `<collection>.<operation>` afterwards. */
export type Write = <T>(operation: string, documents: number, send: () => PromiseLike<T>) => Promise<T>;

/** How the commands of one collection are sent. */
export function writing(collection: string, ports: CollectionPorts): Write {
  return async (operation, documents, send) => {
    ports.counts.wrote(collection, documents);
    const result = await asked(send);
    if (ports.failAt) await ports.failAt(`${collection}.${operation}`);
    return result;
  };
}
