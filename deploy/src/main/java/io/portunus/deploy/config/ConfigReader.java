// SPDX-License-Identifier: Apache-2.0
package io.portunus.deploy.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes the [ServerConfig]: the defaults, what a YAML file changes of them, and what the
/// environment changes of that. Whatever is unknown or of the wrong type is refused by name.
public final class ConfigReader {
    private static final String ENVIRONMENT_PREFIX = "PORTUNUS_";

    /// Variables that the launcher, not the configuration, reads.
    private static final String[] LAUNCHER_VARIABLES = {
        "PORTUNUS_CONFIG", "PORTUNUS_HEAP", "PORTUNUS_JAVA_OPTS", "PORTUNUS_LOG"
    };

    private static final int MAX_FILE_BYTES = 4 << 20;

    private final YAMLMapper yaml =
            YAMLMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    // A room's pin or secret is text even where it looks like a number.
                    .withCoercionConfig(
                            LogicalType.Textual,
                            textual ->
                                    textual.setCoercion(
                                                    CoercionInputShape.Integer,
                                                    CoercionAction.TryConvert)
                                            // 10.10 would silently become 10.1.
                                            .setCoercion(
                                                    CoercionInputShape.Float, CoercionAction.Fail))
                    .build();

    /// @param file the configuration file, or null for the defaults alone
    /// @throws BadSettingException naming the setting that is wrong
    public ServerConfig read(@Nullable Path file, Map<String, String> environment) {
        var defaults = resource("/portunus-defaults.yaml");
        var settings = defaults.deepCopy();
        var given = file == null ? yaml.createObjectNode() : parse(file);
        merge(settings, given, "");
        overlay(settings, environment);
        if (!given.has("rooms") && !settings.at("/videoroom/janus_file").asText().isEmpty()) {
            settings.putArray("rooms");
        }
        complete(settings.withArray("/rooms"));
        completeHandlers(settings.withArray("/events/handlers"));
        return convert(settings);
    }

    private ObjectNode resource(String name) {
        try (var stream = ConfigReader.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            return (ObjectNode) yaml.readTree(stream);
        } catch (IOException e) {
            throw new IllegalStateException("the resource " + name + " cannot be read", e);
        }
    }

    private ObjectNode parse(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new BadSettingException(
                        file + " is larger than " + MAX_FILE_BYTES + " bytes");
            }
            var tree = yaml.readTree(Files.readString(file));
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return yaml.createObjectNode();
            }
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new BadSettingException(file + " does not hold settings as 'name: value'");
        } catch (JsonProcessingException e) {
            throw new BadSettingException(file + " is not YAML: " + e.getOriginalMessage());
        } catch (NoSuchFileException _) {
            throw new BadSettingException("there is no settings file " + file);
        } catch (IOException e) {
            throw new BadSettingException(file + " cannot be read: " + e.getMessage());
        }
    }

    private static void merge(ObjectNode into, ObjectNode changes, String path) {
        for (var change : changes.properties()) {
            var name = path + change.getKey();
            var present = into.get(change.getKey());
            if (present == null) {
                throw unknown(name, change.getKey(), into);
            }
            if (present instanceof ObjectNode section) {
                if (change.getValue() instanceof ObjectNode changed) {
                    merge(section, changed, name + ".");
                } else if (!change.getValue().isNull()) {
                    throw new BadSettingException(name + " is a section, not a value");
                }
            } else if (!change.getValue().isNull()) {
                into.set(change.getKey(), change.getValue());
            }
        }
    }

    private static BadSettingException unknown(String name, String key, ObjectNode known) {
        var names = new TreeSet<String>();
        known.fieldNames().forEachRemaining(names::add);
        var nearest =
                names.stream()
                        .filter(candidate -> distance(candidate, key) <= 1 + key.length() / 4)
                        .min((a, b) -> distance(a, key) - distance(b, key));
        return new BadSettingException(
                nearest.map(n -> "there is no setting " + name + "; did you mean " + n + "?")
                        .orElse("there is no setting " + name + "; there are " + names));
    }

    private void overlay(ObjectNode settings, Map<String, String> environment) {
        for (var variable : new TreeSet<>(environment.keySet())) {
            if (!variable.startsWith(ENVIRONMENT_PREFIX) || isForTheLauncher(variable)) {
                continue;
            }
            var path = variable.substring(ENVIRONMENT_PREFIX.length()).toLowerCase(Locale.ROOT);
            if (!set(settings, path, environment.getOrDefault(variable, ""))) {
                throw new BadSettingException(
                        "the environment's " + variable + " names no setting");
            }
        }
    }

    private static boolean isForTheLauncher(String variable) {
        for (var launcher : LAUNCHER_VARIABLES) {
            if (launcher.equals(variable)) {
                return true;
            }
        }
        return false;
    }

    /// Sets the one that `path` names, sections and keys parted by underscores.
    private boolean set(ObjectNode settings, String path, String text) {
        for (var entry : settings.properties()) {
            var key = entry.getKey();
            if (key.equals(path)) {
                settings.set(key, scalar(path, text, entry.getValue()));
                return true;
            }
            if (path.startsWith(key + "_")
                    && entry.getValue() instanceof ObjectNode section
                    && set(section, path.substring(key.length() + 1), text)) {
                return true;
            }
        }
        return false;
    }

    private JsonNode scalar(String path, String text, JsonNode present) {
        if (present.isTextual()) {
            return yaml.getNodeFactory().textNode(text);
        }
        try {
            return yaml.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BadSettingException(
                    "the environment's value of "
                            + path
                            + " is not YAML: "
                            + e.getOriginalMessage());
        }
    }

    private void complete(ArrayNode rooms) {
        for (var i = 0; i < rooms.size(); i++) {
            if (!(rooms.get(i) instanceof ObjectNode given)) {
                throw new BadSettingException("rooms: each entry must hold 'name: value' pairs");
            }
            var room = resource("/portunus-room-defaults.yaml");
            asText(room, given);
            merge(room, given, "rooms[" + i + "].");
            room.properties().removeIf(property -> property.getValue().isNull());
            rooms.set(i, room);
        }
    }

    private void completeHandlers(ArrayNode handlers) {
        for (var i = 0; i < handlers.size(); i++) {
            if (!(handlers.get(i) instanceof ObjectNode given)) {
                throw new BadSettingException(
                        "events.handlers: each entry must hold 'name: value' pairs");
            }
            var handler = resource("/portunus-event-handler-defaults.yaml");
            asText(handler, given);
            merge(handler, given, "events.handlers[" + i + "].");
            handlers.set(i, handler);
        }
    }

    /// A room's pin, secret or description is text even where it looks like a number.
    private static void asText(ObjectNode defaults, ObjectNode room) {
        for (var property : room.properties()) {
            if (defaults.path(property.getKey()).isTextual() && property.getValue().isNumber()) {
                property.setValue(TextNode.valueOf(property.getValue().asText()));
            }
        }
    }

    private ServerConfig convert(ObjectNode settings) {
        try {
            return yaml.treeToValue(settings, ServerConfig.class);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof BadSettingException bad) {
                throw bad;
            }
            var path =
                    e.getPath().stream()
                            .map(step ->
                                    step.getFieldName() == null
                                            ? "[" + step.getIndex() + "]"
                                            : step.getFieldName())
                            .collect(Collectors.joining("."))
                            .replace(".[", "[");
            throw new BadSettingException(path + " has a value of the wrong kind");
        } catch (JsonProcessingException e) {
            throw new BadSettingException(e.getOriginalMessage());
        }
    }

    /// The number of letters to insert, remove or change to make one of the other.
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (var j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (var i = 1; i <= a.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.length(); j++) {
                var above = row[j];
                var change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(above + 1, row[j - 1] + 1), diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }
}
