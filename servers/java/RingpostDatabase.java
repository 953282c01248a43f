import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreTool;

/**
 * The embedded database: mongo-java-server on one H2 MVStore file and a journal beside it, made safe to kill at any
 * moment.
 *
 * <p>H2 alone commits about once a second and never forces the file. Here no answer leaves before what it tells, or
 * what it may have seen, is in the journal (and, unless told otherwise, forced to the disk).
 *
 * <p>Arguments: {@code --file=PATH --port=N --fsync=on|off}. Prints {@code READY} when it listens. Ends when its
 * standard input closes, so that it never outlives the process that started it.
 */
public final class RingpostDatabase {
  private static final int SPARSE_PERCENT = 70;
  private static final long COMPACT_AT_START_FROM_BYTES = 16L * 1024 * 1024;

  private RingpostDatabase() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = Arrays.asList(arguments);
    Path file = Path.of(option(given, "--file"));
    int port = Integer.parseInt(option(given, "--port"));
    boolean fsync = !"off".equals(option(given, "--fsync"));

    compactAtStart(file);
    MVStore store = open(file);
    IdFirstBackend backend = new IdFirstBackend(store);
    backend.version(new WireVersion21());
    JournaledBackend journaled = new JournaledBackend(store, backend, file.toAbsolutePath().getParent(), fsync);
    MongoServer server = new MongoServer(journaled.open());
    server.bind("127.0.0.1", port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server, journaled)));
    System.out.println("READY " + port);
    awaitEndOfInput();
    System.exit(0);
  }

  private static String option(List<String> arguments, String name) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> argument.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  /** Auto-commit is off in both its forms (time and memory): a commit in the middle of an operation could tear it. */
  private static MVStore open(Path file) {
    return new MVStore.Builder()
        .fileName(file.toString())
        .autoCommitDisabled()
        .autoCommitBufferSize(0)
        .cacheSize(64)
        .compress()
        .open();
  }

  /** Copies the live data to a new file and takes its place in one rename; a kill leaves one of the two whole. */
  private static void compactAtStart(Path file) throws IOException {
    Path copy = file.resolveSibling(file.getFileName() + ".compact");
    Files.deleteIfExists(copy);
    if (!Files.exists(file) || Files.size(file) < COMPACT_AT_START_FROM_BYTES) {
      return;
    }
    long before = Files.size(file);
    try (MVStore store = open(file)) {
      if (store.getFileStore().getChunksFillRate() >= SPARSE_PERCENT) {
        return;
      }
    }
    MVStoreTool.compact(file.toString(), copy.toString(), true);
    force(copy, StandardOpenOption.WRITE);
    Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(file.toAbsolutePath().getParent(), StandardOpenOption.READ);
    System.out.println("compacted " + before + " to " + Files.size(file) + " bytes");
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private static void awaitEndOfInput() throws IOException {
    byte[] ignored = new byte[256];
    while (System.in.read(ignored) >= 0) {
      // Nothing is ever said on this pipe; only its end counts.
    }
  }

  private static void close(MongoServer server, JournaledBackend backend) {
    server.stopListening();
    backend.finish();
  }

  /** mongoose 9's driver refuses servers below wire version 9; 21 is MongoDB 7.0. */
  private static final class WireVersion21 implements MongoVersion {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(7, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 21;
    }
  }
}
