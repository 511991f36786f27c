// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Permanent rooms in a file of their own: one line of JSON for each room that was kept, and one
/// for each that was given up. A change appends a line and forces it to the disk; a line that a
/// crash cut short is passed over. The file is written anew, beside the old one and then in its
/// place, when most of it is out of date. Confined to the signalling loop.
public final class RoomFile implements RoomStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoomFile.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final long MAX_FILE_BYTES = 64L << 20;
    private static final int MIN_LINES_TO_COMPACT = 1_000;
    private static final String GONE = "gone";

    private final Path file;
    private final Map<ApiId, ObjectNode> rooms = new LinkedHashMap<>();
    private final Ids ids;
    private FileChannel channel;
    private int lines;

    /// Reads what `file` holds; makes it where it is not there yet.
    ///
    /// @throws IOException saying what is wrong with the file or its folder
    public RoomFile(Path file, Ids ids) throws IOException {
        this.file = file.toAbsolutePath();
        this.ids = ids;
        if (Files.exists(file)) {
            load();
        }
        channel = compact();
    }

    @Override
    public List<ObjectNode> rooms() {
        return List.copyOf(rooms.values());
    }

    @Override
    public boolean save(RoomSpec room) {
        var properties = RoomSpecWriter.write(room);
        rooms.put(room.id(), properties);
        return append(properties);
    }

    @Override
    public boolean remove(ApiId room) {
        if (rooms.remove(room) == null) {
            return false;
        }
        return append(tombstone(room));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ObjectNode tombstone(ApiId room) {
        return room.putInto(JSON.createObjectNode(), "room").put(GONE, true);
    }

    private void load() throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
        }
        var passedOver = 0;
        for (var line :
                new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isBlank() && !take(line)) {
                passedOver++;
            }
        }
        if (passedOver > 0) {
            LOG.warn("{}: {} unreadable lines were passed over", file, passedOver);
        }
    }

    private boolean take(String line) {
        try {
            if (JSON.readTree(line) instanceof ObjectNode entry) {
                var id = ids.required(entry, "room");
                if (entry.path(GONE).asBoolean()) {
                    rooms.remove(id);
                } else {
                    rooms.put(id, entry);
                }
                return true;
            }
        } catch (JsonProcessingException | PluginRefusal _) {
            // As where it is no object.
        }
        return false;
    }

    private boolean append(ObjectNode entry) {
        try {
            if (lines >= MIN_LINES_TO_COMPACT && lines > 2 * rooms.size()) {
                channel.close();
                channel = compact();
            } else {
                write(channel, entry.toString() + "\n");
                channel.force(false);
                lines++;
            }
            return true;
        } catch (IOException e) {
            // What was written of the line must not be taken for the beginning of the next.
            lines = Integer.MAX_VALUE;
            LOG.error("{}: a change of a permanent room could not be kept", file, e);
            return false;
        }
    }

    /// Writes all rooms into a new file that takes the place of the old one.
    private FileChannel compact() throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        var text = new StringBuilder();
        rooms.values().forEach(room -> text.append(room).append('\n'));
        Files.deleteIfExists(fresh);
        try (var out =
                FileChannel.open(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        forItsOwnerOnly())) {
            write(out, text.toString());
            out.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        var folder = file.getParent();
        if (folder != null) {
            // The new name must outlive a crash too.
            try (var directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
        lines = rooms.size();
        return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /// Rooms have secrets and pins.
    private FileAttribute<?>[] forItsOwnerOnly() {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void write(FileChannel to, String text) throws IOException {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }
}
