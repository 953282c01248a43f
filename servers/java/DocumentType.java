import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Map;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Keeps documents in the file as BSON, each with its length before it. */
final class DocumentType extends BasicDataType<Document> {
  /** The library reads no BSON beyond this. */
  static final int LARGEST_BYTES = 16 * 1024 * 1024;
  private static final int FIELD_BYTES = 48;

  /** A guess that costs little: H2 splits its pages by it. */
  @Override
  public int getMemory(Document document) {
    return memory(document);
  }

  private static int memory(Object value) {
    if (value instanceof String) {
      return FIELD_BYTES + ((String) value).length();
    }
    int sum = FIELD_BYTES;
    if (value instanceof Map) {
      for (Object field : ((Map<?, ?>) value).values()) {
        sum += memory(field);
      }
    } else if (value instanceof Iterable) {
      for (Object element : (Iterable<?>) value) {
        sum += memory(element);
      }
    } else if (value instanceof BinData) {
      sum += ((BinData) value).getData().length;
    }
    return sum;
  }

  @Override
  public void write(WriteBuffer buffer, Document document) {
    byte[] bytes = encode(document);
    buffer.putVarInt(bytes.length).put(bytes);
  }

  @Override
  public Document read(ByteBuffer buffer) {
    byte[] bytes = new byte[DataUtils.readVarInt(buffer)];
    buffer.get(bytes);
    return decode(bytes);
  }

  @Override
  public Document[] createStorage(int size) {
    return new Document[size];
  }

  static byte[] encode(Document document) {
    ByteBuf buffer = Unpooled.buffer(512);
    BsonEncoder.encodeDocument(document, buffer);
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }

  static Document decode(byte[] bytes) {
    return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
  }
}
