import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Orders ids by type, strings (as ours all are) by their characters, all others by their BSON; keeps them as BSON. */
final class IdType extends BasicDataType<KeyValue> {
  private static final String FIELD = "v";
  private static final DocumentType DOCUMENTS = new DocumentType();

  @Override
  public int getMemory(KeyValue id) {
    return id.get(0) instanceof String ? 64 + ((String) id.get(0)).length() : 96;
  }

  @Override
  public int compare(KeyValue one, KeyValue other) {
    Object a = one.get(0);
    Object b = other.get(0);
    if (a instanceof String && b instanceof String) {
      return ((String) a).compareTo((String) b);
    }
    int byType = Byte.compare(BsonEncoder.determineType(a), BsonEncoder.determineType(b));
    return byType != 0 ? byType : Arrays.compare(bytes(one), bytes(other));
  }

  @Override
  public int binarySearch(KeyValue id, Object storage, int size, int guess) {
    KeyValue[] ids = (KeyValue[]) storage;
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(id, ids[middle]);
      if (order == 0) {
        return middle;
      }
      if (order > 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -(low + 1);
  }

  @Override
  public void write(WriteBuffer buffer, KeyValue id) {
    DOCUMENTS.write(buffer, documentOf(id));
  }

  @Override
  public KeyValue read(ByteBuffer buffer) {
    return new KeyValue(DOCUMENTS.read(buffer).get(FIELD));
  }

  @Override
  public KeyValue[] createStorage(int size) {
    return new KeyValue[size];
  }

  private static byte[] bytes(KeyValue id) {
    return DocumentType.encode(documentOf(id));
  }

  private static Document documentOf(KeyValue id) {
    return new Document(FIELD, id.get(0));
  }
}
