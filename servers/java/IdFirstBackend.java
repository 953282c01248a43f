import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Finds documents by {@code _id} also when the query says more: mongo-java-server takes its index only for a query of
 * {@code _id} and nothing else, so every compare-and-set would scan its collection. And keeps documents and ids in the
 * file as BSON: without a type of their own H2 writes, and compares, what Java's serialization makes of them.
 */
final class IdFirstBackend extends H2Backend {
  IdFirstBackend(MVStore store) {
    super(store);
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IdFirstDatabase(name);
  }

  /** An inner class, because the constructor above it opens collections before fields of our own could be set. */
  private final class IdFirstDatabase extends H2Database {
    IdFirstDatabase(String name) {
      super(name, getMvStore(), getCursorRegistry());
    }

    @Override
    protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
      String full = getDatabaseName() + "." + name;
      MVMap<Object, Document> data =
          getMvStore().openMap("databases." + full, new MVMap.Builder<Object, Document>().valueType(new DocumentType()));
      MVMap<String, Object> meta = getMvStore().openMap("meta." + full);
      return new IdFirstCollection(this, name, options, data, meta, getCursorRegistry());
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(
        String collection, String indexName, List<IndexKey> keys, boolean sparse) {
      if (keys.size() != 1 || !"_id".equals(keys.get(0).getKey())) {
        return super.openOrCreateUniqueIndex(collection, indexName, keys, sparse);
      }
      String mapName = getDatabaseName() + "." + collection + "._index_" + indexName;
      MVMap<KeyValue, Object> map =
          getMvStore().openMap(mapName, new MVMap.Builder<KeyValue, Object>().keyType(new IdType()));
      return new IdIndex(map, indexName, keys, sparse);
    }
  }

  /** The index of the library with a map of ours: its own cannot be made from outside its package. */
  private static final class IdIndex extends AbstractUniqueIndex<Object> {
    private final MVMap<KeyValue, Object> positions;

    IdIndex(MVMap<KeyValue, Object> positions, String name, List<IndexKey> keys, boolean sparse) {
      super(name, keys, sparse);
      this.positions = positions;
    }

    @Override
    protected Object removeDocument(KeyValue id) {
      return positions.remove(id);
    }

    @Override
    protected boolean putKeyPosition(KeyValue id, Object position) {
      return positions.putIfAbsent(id, Missing.ofNullable(position)) == null;
    }

    @Override
    protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
      return positions.entrySet();
    }

    @Override
    protected Object getPosition(KeyValue id) {
      return positions.get(id);
    }

    @Override
    public long getCount() {
      return positions.sizeAsLong();
    }

    @Override
    public long getDataSize() {
      return getCount();
    }
  }

  private static final class IdFirstCollection extends H2Collection {
    private static final DocumentType TYPE = new DocumentType();
    private static final int LOOK_CLOSER_BYTES = 5_000_000;
    private final MVMap<Object, Document> data;

    IdFirstCollection(
        MongoDatabase database,
        String name,
        CollectionOptions options,
        MVMap<Object, Document> data,
        MVMap<String, Object> meta,
        CursorRegistry cursors) {
      super(database, name, options, data, meta, cursors);
      this.data = data;
    }

    /** Nobody asks for it, and it would cost another page of the file with every write. */
    @Override
    protected boolean tracksDataSize() {
      return false;
    }

    @Override
    protected Object addDocumentInternal(Document document) {
      refuseTooLarge(document);
      return super.addDocumentInternal(document);
    }

    @Override
    protected void handleUpdate(Object position, Document before, Document after) {
      try {
        refuseTooLarge(after);
      } catch (RuntimeException tooLarge) {
        // It is the stored document itself.
        after.clear();
        after.putAll(before);
        throw tooLarge;
      }
      super.handleUpdate(position, before, after);
    }

    /** A larger one could be written, and not be read again. */
    private static void refuseTooLarge(Document document) {
      if (TYPE.getMemory(document) > LOOK_CLOSER_BYTES && DocumentType.encode(document).length > DocumentType.LARGEST_BYTES) {
        throw new MongoServerError(10334, "BSONObjectTooLarge", "A document may have 16 MiB at most.");
      }
    }

    @Override
    protected QueryResult matchDocuments(
        Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
      List<?> ids = idsAsked(query);
      if (ids == null) {
        return super.matchDocuments(query, orderBy, skip, limit, batchSize, fields);
      }
      Stream<Document> found = ids.stream().distinct().map(data::get).filter(Objects::nonNull);
      return matchDocumentsFromStream(found, query, orderBy, skip, limit, batchSize, fields);
    }

    /** The ids a query is bound to, when they are strings as all of ours are; null when it may find any document. */
    private static List<?> idsAsked(Document query) {
      Object id = query.get("_id");
      if (id instanceof Document && ((Document) id).keySet().equals(Set.of("$in"))) {
        id = ((Document) id).get("$in");
      }
      List<?> ids = id instanceof String ? List.of(id) : id instanceof List ? (List<?>) id : null;
      return ids != null && ids.stream().allMatch(String.class::isInstance) ? ids : null;
    }
  }
}
