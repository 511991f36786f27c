// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.janus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Credentials;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the text of one message into requests, and looks single elements up with the API's own
/// words for what is wrong with them. Stateless.
public final class RequestReader {
    /// The largest message that is looked at, in characters.
    static final int MAX_MESSAGE_CHARACTERS = 256 << 10;

    /// What a reader of bytes puts where they are not UTF-8: half a character, which is refused.
    public static final char NOT_UTF_8 = '\uDFFF';

    private static final String ESCAPE = "\\u";
    private static final String NOT_TEXT = "half a character, or U+0000";
    private static final int MAX_DEPTH = 32;
    private static final int MAX_REQUESTS_PER_MESSAGE = 64;

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(MAX_MESSAGE_CHARACTERS)
                                                    .maxNameLength(256)
                                                    .maxNumberLength(64)
                                                    .build())
                                    .build())
                    .build();

    private RequestReader() {}

    /// All the requests of a message, which may be several objects one behind the other: if one of
    /// them makes no sense, none is taken.
    public static List<ObjectNode> read(String text) {
        if (text.length() > MAX_MESSAGE_CHARACTERS) {
            throw new ApiRefusal(ApiError.invalidJson("the message is too large"));
        }
        // What is no text can only come out of an escape.
        var escapes = text.contains(ESCAPE);
        var requests = new ArrayList<ObjectNode>();
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode node = JSON.readTree(parser);
                if (!(node instanceof ObjectNode request)) {
                    throw new ApiRefusal(ApiError.notAnObject());
                }
                if (escapes && !WholeText.isWhole(request)) {
                    throw new ApiRefusal(ApiError.invalidJson(NOT_TEXT));
                }
                if (requests.size() == MAX_REQUESTS_PER_MESSAGE) {
                    throw new ApiRefusal(ApiError.invalidJson("too many requests in one message"));
                }
                requests.add(request);
            }
        } catch (JsonProcessingException e) {
            throw new ApiRefusal(ApiError.invalidJson(what(e) + where(e)));
        } catch (IOException e) {
            throw new ApiRefusal(ApiError.invalidJson("unreadable"));
        }
        if (requests.isEmpty()) {
            throw new ApiRefusal(ApiError.invalidJson("the message is empty"));
        }
        return requests;
    }

    /// The one request of a message that carries no more than that.
    public static ObjectNode single(String text) {
        if (text.length() > MAX_MESSAGE_CHARACTERS) {
            throw new ApiRefusal(ApiError.malformed("on line 1: the message is too large"));
        }
        if (!WholeText.isWhole(text)) {
            throw new ApiRefusal(ApiError.malformed("on line 1: not UTF-8"));
        }
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new ApiRefusal(ApiError.malformed("on line 1: the message is empty"));
            }
            JsonNode node = JSON.readTree(parser);
            if (parser.nextToken() != null) {
                var line = parser.currentTokenLocation().getLineNr();
                throw new ApiRefusal(ApiError.malformed("on line " + line + ": end expected"));
            }
            if (!(node instanceof ObjectNode request)) {
                throw new ApiRefusal(ApiError.notAnObject());
            }
            if (text.contains(ESCAPE) && !WholeText.isWhole(request)) {
                throw new ApiRefusal(ApiError.malformed("on line 1: " + NOT_TEXT));
            }
            return request;
        } catch (JsonProcessingException e) {
            var location = e.getLocation();
            var line = location == null ? 1 : location.getLineNr();
            throw new ApiRefusal(ApiError.malformed("on line " + line + ": malformed"));
        } catch (IOException e) {
            throw new ApiRefusal(ApiError.malformed("unreadable"));
        }
    }

    /// Writes into a request what its carrier says of whom it is for; 0 for nothing.
    public static void address(ObjectNode request, long session, long handle) {
        address(request, "session_id", session, "session");
        address(request, "handle_id", handle, "handle");
    }

    private static void address(ObjectNode request, String name, long id, String what) {
        if (id == 0) {
            return;
        }
        var given = lenientId(request, name);
        if (given != 0 && given != id) {
            throw new ApiRefusal(ApiError.conflictingId(what));
        }
        request.put(name, id);
    }

    /// An empty object.
    public static ObjectNode newObject() {
        return JSON.createObjectNode();
    }

    /// A mandatory text.
    public static String text(ObjectNode object, String name) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            throw new ApiRefusal(ApiError.missing(name));
        }
        if (!node.isTextual()) {
            throw new ApiRefusal(ApiError.invalidType(name, "a string"));
        }
        return node.asText();
    }

    /// A text that may be missing.
    public static @Nullable String optionalText(ObjectNode object, String name) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw new ApiRefusal(ApiError.invalidType(name, "a string"));
        }
        return node.asText();
    }

    /// A boolean that may be missing.
    public static boolean flag(ObjectNode object, String name, boolean otherwise) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            throw new ApiRefusal(ApiError.invalidType(name, "a boolean"));
        }
        return node.asBoolean();
    }

    /// A mandatory boolean.
    public static boolean flag(ObjectNode object, String name) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            throw new ApiRefusal(ApiError.missing(name));
        }
        if (!node.isBoolean()) {
            throw new ApiRefusal(ApiError.invalidType(name, "a boolean"));
        }
        return node.asBoolean();
    }

    /// A mandatory integer, of 32 bits.
    ///
    /// @param least what it must be at least; 0 or less
    public static int number(ObjectNode object, String name, int least) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            throw new ApiRefusal(ApiError.missing(name));
        }
        if (!node.isInt() || node.asInt() < least) {
            throw new ApiRefusal(
                    ApiError.invalidType(name, least < 0 ? "an integer" : "a positive integer"));
        }
        return node.asInt();
    }

    /// A mandatory object.
    public static ObjectNode object(ObjectNode object, String name) {
        var node = object.get(name);
        if (node == null || node.isNull()) {
            throw new ApiRefusal(ApiError.missing(name));
        }
        if (!(node instanceof ObjectNode found)) {
            throw new ApiRefusal(ApiError.invalidType(name, "an object"));
        }
        return found;
    }

    /// What `request` carries to show that it may be made; what is no text counts as absent.
    static Credentials credentials(ObjectNode request) {
        return new Credentials(
                request.path("apisecret").textValue(), request.path("token").textValue());
    }

    /// An id in a place where anything that is no integer counts as absent: 0 then.
    public static long lenientId(ObjectNode object, String name) {
        var node = object.get(name);
        return node != null && node.isIntegralNumber() && node.canConvertToLong()
                ? node.asLong()
                : 0;
    }

    /// An id that, where it is an integer at all, has to be one that JavaScript holds exactly: what
    /// a client has rounded names somebody else's session.
    public static void checkId(ObjectNode object, String name) {
        var node = object.get(name);
        if (node != null
                && node.isIntegralNumber()
                && !(node.canConvertToLong() && node.asLong() <= Ids.MAX)) {
            throw new ApiRefusal(ApiError.invalidType(name, "a positive integer"));
        }
    }

    /// Nothing of the text itself is told, which may hold secrets.
    private static String what(JsonProcessingException e) {
        return switch (e) {
            case StreamConstraintsException _ ->
                    "deeper than " + MAX_DEPTH + " levels, or a name or number is too long";
            case JsonEOFException _ -> "it ends too early";
            case JsonParseException _ when e.getOriginalMessage().startsWith("Duplicate") ->
                    "a key is given twice";
            default -> "malformed JSON";
        };
    }

    private static String where(JsonProcessingException e) {
        var location = e.getLocation();
        return location == null
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
