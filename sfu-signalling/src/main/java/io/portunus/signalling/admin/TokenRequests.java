// SPDX-License-Identifier: Apache-2.0
package io.portunus.signalling.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portunus.signalling.auth.StoredTokens;
import io.portunus.signalling.janus.ApiError;
import io.portunus.signalling.janus.ApiRefusal;
import io.portunus.signalling.janus.Operator;
import io.portunus.signalling.janus.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The requests about the tokens that operators give out. Confined to the signalling loop.
final class TokenRequests {
    private final Operator operator;

    TokenRequests(Operator operator) {
        this.operator = operator;
    }

    ObjectNode handle(AdminRequest request) {
        var tokens = operator.storedTokens();
        if (tokens == null) {
            throw new ApiRefusal(new ApiError(490, "Stored-Token based authentication disabled"));
        }
        if (request.verb().equals("list_tokens")) {
            return list(request, tokens);
        }
        var token = RequestReader.text(request.body(), "token");
        return switch (request.verb()) {
            case "add_token" -> add(request, tokens, token);
            case "allow_token" -> plugins(request, tokens.allow(token, needed(request)));
            case "disallow_token" -> plugins(request, tokens.disallow(token, needed(request)));
            default -> {
                if (!tokens.remove(token)) {
                    throw notFound();
                }
                yield request.success();
            }
        };
    }

    private ObjectNode add(AdminRequest request, StoredTokens tokens, String token) {
        var named = named(request);
        var allowed = tokens.add(token, named == null ? operator.plugins() : named);
        if (allowed == null) {
            throw new ApiRefusal(
                    token.isEmpty() || token.length() > StoredTokens.MAX_CHARACTERS
                            ? ApiError.invalidType("token", "a non-empty string of 1024 at most")
                            : ApiError.limit("tokens"));
        }
        return plugins(request, allowed);
    }

    private static ObjectNode list(AdminRequest request, StoredTokens tokens) {
        var reply = request.success();
        var all = reply.putObject("data").putArray("tokens");
        for (var token : tokens.list()) {
            var one = all.addObject().put("token", token.token());
            token.plugins().forEach(one.putArray("allowed_plugins")::add);
        }
        return reply;
    }

    private static ObjectNode plugins(AdminRequest request, @Nullable Set<String> allowed) {
        if (allowed == null) {
            throw notFound();
        }
        var reply = request.success();
        allowed.forEach(reply.putObject("data").putArray("plugins")::add);
        return reply;
    }

    private List<String> needed(AdminRequest request) {
        var named = named(request);
        if (named == null) {
            throw new ApiRefusal(ApiError.missing("plugins"));
        }
        return named;
    }

    /// The plugins that a request names, all of which there must be; null where it names none.
    private @Nullable List<String> named(AdminRequest request) {
        var array = request.body().get("plugins");
        if (array == null || array.isNull()) {
            return null;
        }
        if (!array.isArray()) {
            throw new ApiRefusal(ApiError.invalidType("plugins", "an array"));
        }
        var names = new ArrayList<String>();
        for (var one : array) {
            if (!one.isTextual()) {
                throw new ApiRefusal(ApiError.invalidType("plugin", "a string"));
            }
            if (operator.plugin(one.asText()) == null) {
                throw new ApiRefusal(ApiError.noSuchPlugin(one.asText()));
            }
            names.add(one.asText());
        }
        return names;
    }

    private static ApiRefusal notFound() {
        return new ApiRefusal(new ApiError(470, "Token not found"));
    }
}
