// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.videoroom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.Secrets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks elements of a request up, and refuses with the API's own words what is missing or of the
/// wrong type. A JSON null is a wrong type. Stateless.
final class Fields {
    /// The largest integer that JavaScript holds exactly.
    static final long MAX_ID = (1L << 53) - 1;

    private static final int MAX_ITEMS = 256;
    private static final int MAX_TEXT_CHARACTERS = 64 << 10;
    static final String POSITIVE_INTEGER = "a positive integer";

    private Fields() {}

    static String text(ObjectNode body, String name) {
        var text = optionalText(body, name);
        if (text == null) {
            throw new PluginRefusal(PluginError.missing(name));
        }
        return text;
    }

    static @Nullable String optionalText(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual() || node.asText().length() > MAX_TEXT_CHARACTERS) {
            throw new PluginRefusal(PluginError.invalidType(name, "a string"));
        }
        return node.asText();
    }

    static @Nullable Long optionalId(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!isId(node)) {
            throw new PluginRefusal(PluginError.invalidType(name, POSITIVE_INTEGER));
        }
        return node.asLong();
    }

    static boolean isId(JsonNode node) {
        return node.isIntegralNumber()
                && node.canConvertToLong()
                && node.asLong() >= 0
                && node.asLong() <= MAX_ID;
    }

    /// A number that is not negative; `otherwise` where it is missing. Beyond 2^31 - 1 one is as
    /// good as another.
    static int number(ObjectNode body, String name, int otherwise) {
        var number = optionalNumber(body, name);
        return number == null ? otherwise : number;
    }

    static @Nullable Integer optionalNumber(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!isId(node)) {
            throw new PluginRefusal(PluginError.invalidType(name, POSITIVE_INTEGER));
        }
        return (int) Math.min(node.asLong(), Integer.MAX_VALUE);
    }

    /// A number that is not negative, whole or not, as a whole one.
    static @Nullable Integer optionalRounded(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null || !node.isFloatingPointNumber()) {
            return optionalNumber(body, name);
        }
        var value = node.asDouble();
        if (!(value >= 0 && value <= Integer.MAX_VALUE)) {
            throw new PluginRefusal(PluginError.invalidType(name, POSITIVE_INTEGER));
        }
        return (int) Math.round(value);
    }

    /// An integer, negative ones too.
    static @Nullable Integer optionalInteger(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new PluginRefusal(PluginError.invalidType(name, "an integer"));
        }
        return node.asInt();
    }

    static boolean flag(ObjectNode body, String name, boolean otherwise) {
        var flag = optionalFlag(body, name);
        return flag == null ? otherwise : flag;
    }

    static boolean requiredFlag(ObjectNode body, String name) {
        var flag = optionalFlag(body, name);
        if (flag == null) {
            throw new PluginRefusal(PluginError.missing(name));
        }
        return flag;
    }

    static @Nullable Boolean optionalFlag(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isBoolean()) {
            throw new PluginRefusal(PluginError.invalidType(name, "a boolean"));
        }
        return node.asBoolean();
    }

    static @Nullable ObjectNode optionalObject(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!(node instanceof ObjectNode object)) {
            throw new PluginRefusal(PluginError.invalidType(name, "an object"));
        }
        return object;
    }

    /// The objects of an array, or null where it is missing.
    static @Nullable List<ObjectNode> optionalObjects(ObjectNode body, String name) {
        var node = body.get(name);
        if (node == null) {
            return null;
        }
        if (!node.isArray() || node.size() > MAX_ITEMS) {
            throw new PluginRefusal(PluginError.invalidType(name, "an array"));
        }
        var items = new ArrayList<ObjectNode>();
        for (JsonNode item : node) {
            if (!(item instanceof ObjectNode object)) {
                throw new PluginRefusal(PluginError.invalidType(name, "an array of objects"));
            }
            items.add(object);
        }
        return items;
    }

    /// Recording is not there yet: whoever asks for it is told so, rather than go unrecorded.
    static void notRecorded(ObjectNode body) {
        if (flag(body, "record", false)) {
            throw new PluginRefusal(PluginError.invalidRequest("Recording is not supported yet"));
        }
    }

    /// Checks a secret of a room: `element` must be there and equal, where the room has one.
    static void secret(ObjectNode body, String element, String expected) {
        if (expected.isEmpty()) {
            return;
        }
        if (!Secrets.equal(text(body, element), expected)) {
            throw new PluginRefusal(PluginError.unauthorized("wrong " + element));
        }
    }
}
