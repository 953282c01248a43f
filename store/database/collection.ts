import { asked, type CollectionPorts } from './asking';
import { changing } from './changing';
import { checking } from './checking';
import { inserting } from './inserting';
import { makeModel, type Definition, type Stored } from './model';
import { reading } from './reading';
import { removing } from './removing';

export type { CollectionPorts } from './asking';
export { Nested, type Definition, type Query, type Stored } from './model';

/** The few commands everything in the store is made of. */
export function openCollection<D extends Stored>(definition: Definition<D>, ports: CollectionPorts) {
  const { name, indexes = [] } = definition;
  const model = makeModel(ports.connection, definition);

  ports.creates.push((there) =>
    asked(async () => {
      if (!there.has(name)) await ports.connection.createCollection(name);
      for (const { fields, unique } of indexes) {
        await model.collection.createIndex(fields, unique ? { unique } : {});
      }
    }),
  );

  const parts = [definition, model, ports] as const;
  const check = checking(definition);
  return {
    ...reading(...parts),
    ...inserting(...parts, check),
    ...changing(...parts, check),
    ...removing(model, ports),
  };
}

/** A collection of documents of one kind. */
export type Collection<D extends Stored> = ReturnType<typeof openCollection<D>>;
